package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.tensor.Natives;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeStudyIT {
    private static final String STUDY =
            """
            name: tiny
            title: Tiny
            seeds: [0]
            stages:
              - {name: pretrain, recipe: recipes/mae/vit-t8_eurosat10k_pretrain.yaml}
              - {name: knn, work: knn, of: pretrain}
              - {name: linear, work: linear, of: pretrain}
              - {name: segment, recipe: recipes/mae/vit-t16_camvid11_upernet.yaml, of: pretrain}
            rows:
              - name: pre-trained
                set: [backbone.imageSize=32, backbone.patchSize=8]
              - name: scratch
                set: [backbone.imageSize=32, backbone.patchSize=8]
                changes: [{stage: pretrain, skip: true}]
            columns:
              - {title: kNN, stage: knn, metric: acc1}
              - {title: linear, stage: linear, metric: acc1}
              - {title: mIoU, stage: segment, metric: mIoU}
            """;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Natives.start();
    }

    @Test
    void stagesBuildOnEachOtherAndASecondCallRunsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("tiny.yaml"), STUDY);
        Path out = folder.resolve("out");
        assertThat(run(file, out)).contains("cell: pre-trained / segment / seed 0");
        assertThat(Files.readString(out.resolve("table.md")))
                .doesNotContain("—")
                .doesNotContain("Unfinished");
        assertThat(Files.readString(out.resolve("cells/pre-trained/segment/seed-0/run/recipe.yaml")))
                .contains("cells/pre-trained/pretrain/seed-0/run");
        assertThat(Files.readString(out.resolve("cells/scratch/segment/seed-0/run/recipe.yaml")))
                .doesNotContain("init");
        assertThat(run(file, out)).isEmpty();
        String beside = score(out); // from the features that kNN was measured on
        Files.delete(CellResult.file(linear(out)));
        assertThat(run(file, out)).contains("cell: pre-trained / linear / seed 0");
        assertThat(score(out)).isEqualTo(beside);
    }

    private static Path linear(Path out) {
        return out.resolve("cells/pre-trained/linear/seed-0");
    }

    private static String score(Path out) {
        return CellResult.read(linear(out)).orElseThrow().metrics().toString();
    }

    private static String run(Path file, Path out) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Studies studies = new Studies(Path::of, new PrintStream(said, true, StandardCharsets.UTF_8));
        RecipeReader.Overrides smoke = new RecipeReader.Overrides(true, List.of());
        Studies.Wish all = new Studies.Wish(smoke, List.of(), List.of(), Optional.empty(), Optional.empty(), false);
        int failed = studies.run(file, out, all);
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("failed");
        assertThat(failed).isZero();
        return said.toString(StandardCharsets.UTF_8);
    }
}
