package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunsIT {
    @TempDir
    Path temp;

    @BeforeAll
    static void oneThread() {
        Natives.start();
        torch.set_num_threads(1);
    }

    static List<String> recipes() {
        return List.of(
                Recipes.mae(Recipes.VIT),
                Recipes.convMae(),
                Recipes.classify(Recipes.CONV_VIT),
                Recipes.linearProbe(Recipes.VIT, "{evalCrop: 1}"),
                Recipes.linearProbe(Recipes.VIT, "{crop: {type: resized, scale: [0.5, 1]}, evalCrop: 1}"),
                Recipes.segment(Recipes.VIT),
                Recipes.segment(Recipes.CONV_VIT));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyStageTrainsMeasuresAndLeavesAFolderThatSaysWhatItDid(String yaml) throws IOException {
        Path folder = temp.resolve("run");
        RunResult result = Runs.start(Recipes.of(yaml), folder);
        assertThat(result.finished()).isTrue();
        assertThat(result.scores()).isNotEmpty();
        assertThat(result.scores().values()).allMatch(Double::isFinite);
        for (String file : List.of("recipe.yaml", "run.json", "metrics.jsonl", "model.safetensors")) {
            assertThat(folder.resolve(file)).exists();
        }
        TrainedModel model = TrainedModel.open(folder);
        assertThat(model.recipe()).isEqualTo(Recipes.of(yaml));
    }
}
