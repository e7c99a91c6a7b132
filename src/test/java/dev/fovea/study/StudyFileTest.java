package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.recipe.StrictYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyFileTest {
    private static final String TEXT =
            """
            name: small
            title: A small study
            seeds: [0, 1]
            stages:
              - {name: pretrain, recipe: mae/tiny.yaml}
              - {name: knn, work: knn, of: pretrain}
            rows:
              - name: untrained
                changes: [{stage: pretrain, skip: true}]
              - name: deeper
                set: [backbone.depth=4]
            columns:
              - {title: kNN top-1, stage: knn, metric: acc1, factor: 100}
            """;

    @TempDir
    private Path folder;

    private Study read(String text) throws IOException {
        return StrictYaml.read(Files.writeString(folder.resolve("s.yaml"), text), Study.class, "study");
    }

    @Test
    void aStudyFileBecomesItsCells() throws IOException {
        Study study = read(TEXT);
        assertThat(study.cells()).hasSize(6);
        assertThat(study.before(new Cell("untrained", "knn", 0))).isEmpty();
        assertThat(study.before(new Cell("deeper", "knn", 0))).contains(new Cell("deeper", "pretrain", 0));
        assertThat(study.row("deeper").set()).isEqualTo(List.of("backbone.depth=4"));
    }

    @Test
    void aMisspeltKeyIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read(TEXT.replace("metric:", "metrik:")))
                .hasMessage("study %s, columns[0].metrik: unknown key, did you mean metric?", folder.resolve("s.yaml"));
    }

    @Test
    void aColumnOfAnUnknownStageIsRefused() {
        assertThatThrownBy(() -> read(TEXT.replace("stage: knn", "stage: kn")))
                .hasMessageContaining("columns, kNN top-1: stage 'kn' is none of [pretrain, knn]");
    }
}
