package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.QueryMasks;
import dev.fovea.data.scenes.SceneFolder;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.tensor.Natives;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/compose.md at the size of its smoke blocks: each step stands on the one before, and can be interrupted. */
class ComposeIT {
    @TempDir
    Path temp;

    @BeforeAll
    static void oneThread() {
        Natives.start();
        torch.set_num_threads(1);
    }

    @Test
    void fromUnlabelledImagesToMasksWithEachStepInterrupted() throws IOException {
        Path tokenizer = interrupted("beit-t16_camvid11_tokenizer");
        Path beit = interrupted(
                "beit-t16_camvid11_pretrain",
                "backbone.depth=8",
                "objective.tokenizer={type: run, from: '%s'}".formatted(tokenizer));
        Path masks = interrupted("beit-adapter-t16_camvid11_mask2former", "init={from: '%s'}".formatted(beit));
        new SceneFolder(new SceneGenerator(72), 1).write(temp.resolve("new"), 2, 1);
        BufferedImage picture =
                QueryMasks.open(masks).draw(new ImagePaths(List.of(temp.resolve("new/images/train"))), 3);
        assertThat(picture.getWidth()).isGreaterThan(4 * 64);
    }

    /** Runs a step straight through, then again from its second checkpoint; the ends are the same. */
    private Path interrupted(String name, String... sets) throws IOException {
        List<String> all = new ArrayList<>(List.of(sets));
        all.add("run.keepEvery='1 steps'");
        RunFolder straight = new RunFolder(temp.resolve(name));
        Path recipe = Path.of("recipes/compose", name + ".yaml");
        Runs.start(RecipeReader.read(recipe, new RecipeReader.Overrides(true, all)), straight.path());
        RunFolder resumed = new RunFolder(temp.resolve(name + "-resumed"));
        Files.createDirectories(resumed.checkpoints());
        Files.copy(straight.recipe(), resumed.recipe());
        Files.copy(straight.metrics(), resumed.metrics());
        Files.copy(straight.kept(2), resumed.last());
        Runs.resume(resumed.path());
        Checkpoint one = Checkpoint.read(straight.last()), two = Checkpoint.read(resumed.last());
        assertThat(two.state()).isEqualTo(one.state());
        assertSameBits(two.model(), one.model());
        assertSameBits(two.optimizer(), one.optimizer());
        return resumed.path();
    }
}
