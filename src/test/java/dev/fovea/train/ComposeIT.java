package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.QueryMasks;
import dev.fovea.data.scenes.SceneFolder;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.tensor.Natives;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/compose.md at the size of its smoke blocks: each step stands on the one before, and its process is killed. */
class ComposeIT {
    private static final int STEPS = 8;

    @TempDir
    Path temp;

    @BeforeAll
    static void oneThread() {
        Natives.start();
        torch.set_num_threads(1);
    }

    @Test
    void fromUnlabelledImagesToMasksAndObjectsWithEachStepKilled() throws Exception {
        Path tokenizer = killed("beit-t16_camvid11_tokenizer");
        Path beit = killed(
                "beit-t16_camvid11_pretrain",
                "backbone.depth=4",
                "objective.tokenizer={type: run, from: '%s'}".formatted(tokenizer));
        String[] start = {"init={from: '%s'}".formatted(beit), "backbone.vit.depth=4"};
        Path masks = killed("beit-adapter-t16_camvid11_mask2former", start);
        // The smoke blocks of both lines pre-train on the same scenes.
        killed("beit-adapter-t16_nuclei256_htc", start);
        new SceneFolder(new SceneGenerator(72), 1).write(temp.resolve("new"), 2, 1);
        BufferedImage picture =
                QueryMasks.open(masks).draw(new ImagePaths(List.of(temp.resolve("new/images/train"))), 3);
        assertThat(picture.getWidth()).isGreaterThan(4 * 64);
    }

    /** Runs a step straight through, and in a process that is killed behind its first checkpoint; the ends are the same. */
    private Path killed(String name, String... sets) throws Exception {
        List<String> all = new ArrayList<>(List.of(sets));
        all.addAll(List.of("schedule.length=%d steps".formatted(STEPS), "run.checkpointEvery=1 steps"));
        all.addAll(List.of("run.globalBatch=4", "data.source.val=2"));
        Path file = Path.of("recipes/compose", name + ".yaml");
        Recipe recipe = RecipeReader.read(file, new RecipeReader.Overrides(true, all));
        RunFolder straight = new RunFolder(temp.resolve(name)), resumed = new RunFolder(temp.resolve(name + "-killed"));
        RunProcesses processes = new RunProcesses(temp.resolve(name + ".log"));
        Path resolved = Files.writeString(temp.resolve(name + ".yaml"), RecipeWriter.write(recipe));
        var killed = processes.killBehind(resumed.last(), processes.start(resolved, resumed));
        Runs.start(recipe, straight.path());
        killed.join();
        assertThat(Checkpoint.stateOf(resumed.last()).step())
                .as("the kill met the middle")
                .isBetween(1L, STEPS - 1L);
        Runs.resume(resumed.path());
        Checkpoint one = Checkpoint.read(straight.last()), two = Checkpoint.read(resumed.last());
        assertThat(two.state()).isEqualTo(one.state());
        assertSameBits(two.model(), one.model());
        assertSameBits(two.optimizer(), one.optimizer());
        return resumed.path();
    }
}
