package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.StrictYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    void aRowMayHaveSeedsOfItsOwn() throws IOException {
        Study study = read(TEXT.replace("name: deeper", "name: deeper\n    seeds: [5]"));
        assertThat(study.cells().stream().map(Cell::toString))
                .containsExactly(
                        "untrained / knn / seed 0",
                        "deeper / pretrain / seed 5",
                        "deeper / knn / seed 5",
                        "untrained / knn / seed 1");
        assertThat(new StudyTable(study, List.of()).markdown()).contains("over seeds [0, 1], deeper over [5];");
    }

    @Test
    void aSeedThatIsThereTwiceIsRefused() {
        assertThatThrownBy(() -> read(TEXT.replace("name: deeper", "name: deeper\n    seeds: [5, 5]")))
                .hasMessage("study %s, rows[1].seeds: [5, 5] has one of them twice", folder.resolve("s.yaml"));
    }

    @Test
    void aStageThatBuildsOnAProbeIsRefused() {
        String probed = TEXT.replace("rows:", "  - {name: more, recipe: mae/tiny.yaml, of: knn}\nrows:");
        assertThatThrownBy(() -> read(probed)).hasMessageContaining("stages, more: of 'knn' is none of [pretrain]");
    }

    @Test
    void anUnknownSeedOrRowIsRefusedBeforeAnythingRuns() throws IOException {
        Path file = Files.writeString(folder.resolve("s.yaml"), TEXT);
        Studies studies = new Studies(Path::of, System.err);
        assertThatThrownBy(() -> studies.run(file, folder, wish(List.of(), List.of(7L))))
                .hasMessage("the study small has no seed 7; its seeds are [0, 1]");
        assertThatThrownBy(() -> studies.run(file, folder, wish(List.of("shallow"), List.of())))
                .hasMessage("the study small has no row 'shallow'; its rows are [untrained, deeper]");
    }

    private static Studies.Wish wish(List<String> rows, List<Long> seeds) {
        return new Studies.Wish(RecipeReader.Overrides.NONE, rows, seeds, Optional.empty(), Optional.empty(), false);
    }

    @Test
    void aColumnOfAnUnknownStageIsRefused() {
        assertThatThrownBy(() -> read(TEXT.replace("stage: knn", "stage: kn")))
                .hasMessageContaining("columns, kNN top-1: stage 'kn' is none of [pretrain, knn]");
    }
}
