package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A teacher made here, a tokenizer from it, and BEiT v2 from that. */
class Beit2PipelineIT {
    @TempDir
    Path temp;

    @BeforeAll
    static void oneThread() {
        Natives.start();
        torch.set_num_threads(1);
    }

    @Test
    void bothStagesResumedFromTheMiddleEndWithTheSameBits() throws IOException {
        Path teacher = temp.resolve("teacher");
        Runs.start(Recipes.of(Recipes.mae(Recipes.VIT)), teacher);
        String tokenizer = Recipes.beit2Tokenizer("{type: run, from: '%s'}".formatted(teacher));
        RunFolder tokenizerStraight = start(tokenizer, "tokenizer");
        RunFolder tokenizerResumed = resumed(tokenizerStraight, "tokenizer-resumed");
        assertSameEnd(tokenizerResumed, tokenizerStraight);

        RunFolder straight = start(beit2(tokenizerStraight.path()), "beit2");
        RunFolder resumed = resumed(straight, "beit2-resumed");
        assertSameEnd(resumed, straight);

        // A tokenizer that was interrupted gives the codes of one that was not.
        RunFolder other = start(beit2(tokenizerResumed.path()), "beit2-other");
        assertSameBits(
                Checkpoint.read(other.last()).model(),
                Checkpoint.read(straight.last()).model());
    }

    /** A run can be used where its teacher and its tokenizer are not. */
    @Test
    void whatWasTrainedIsUsedWithoutWhatItWasTrainedTowards() throws IOException {
        RunFolder tokenizer = start(Recipes.beit2Tokenizer("{type: pixels, imageSize: 32, patchSize: 8}"), "tokenizer");
        RunFolder run = start(beit2(tokenizer.path()), "beit2");
        Files.delete(tokenizer.model());
        assertThat(TrainedModel.open(run.path()).backbone().dim()).isEqualTo(16);
        assertThat(TrainedModel.open(tokenizer.path()).backbone().dim()).isEqualTo(16);
        Recipe probe = Recipes.of(
                Recipes.linearProbe(Recipes.BEIT, "{evalCrop: 1}"), "init={from: '%s'}".formatted(run.path()));
        assertThat(Runs.start(probe, temp.resolve("probe")).finished()).isTrue();
    }

    @Test
    void aTokenizerOfAnotherGridOrAnotherStageIsRefusedBeforeTheFirstStep() throws IOException {
        RunFolder tokenizer = start(Recipes.beit2Tokenizer("{type: pixels, imageSize: 32, patchSize: 8}"), "tokenizer");
        Recipe finer = Recipes.of(beit2(tokenizer.path()), "backbone.patchSize=4");
        assertRefused(
                finer,
                "tokenizer imageSize 32x32 with patchSize 8 is a grid of 4x4 codes, the student's grid is 8x8: train a"
                        + " tokenizer on that grid");
        Path mae = temp.resolve("mae");
        Runs.start(Recipes.of(Recipes.mae(Recipes.VIT)), mae);
        assertRefused(
                Recipes.of(beit2(mae)),
                "from %s is a run of objective mae; a tokenizer is a run of objective beit2-tokenizer".formatted(mae));
        Path probe = temp.resolve("probe");
        Runs.start(Recipes.of(Recipes.linearProbe(Recipes.VIT, "{evalCrop: 1}")), probe);
        assertRefused(
                Recipes.of(beit2(probe)),
                "from %s is a run of stage linear-probe; a tokenizer is a run of objective beit2-tokenizer"
                        .formatted(probe));
        assertRefused(
                Recipes.of(beit2(temp.resolve("none"))),
                "from %1$s: there is no %1$s; a tokenizer is a run that has ended".formatted(temp.resolve("none")));
    }

    private void assertRefused(Recipe recipe, String text) {
        Path folder = temp.resolve("refused");
        assertThatThrownBy(() -> Runs.start(recipe, folder)).hasMessage(text);
        assertThat(folder).doesNotExist();
    }

    private static String beit2(Path tokenizer) {
        return Recipes.beit2("{type: run, from: '%s'}".formatted(tokenizer));
    }

    private RunFolder start(String yaml, String name) throws IOException {
        RunFolder folder = new RunFolder(temp.resolve(name));
        Runs.start(Recipes.of(yaml, "run.keepEvery='1 steps'"), folder.path());
        return folder;
    }

    /** What a process leaves that was killed some steps after its checkpoint of step 3, gone on with. */
    private RunFolder resumed(RunFolder straight, String name) throws IOException {
        RunFolder folder = new RunFolder(temp.resolve(name));
        Files.createDirectories(folder.checkpoints());
        Files.copy(straight.recipe(), folder.recipe());
        Files.copy(straight.metrics(), folder.metrics());
        Files.copy(straight.kept(3), folder.last());
        Runs.resume(folder.path());
        return folder;
    }

    private static void assertSameEnd(RunFolder one, RunFolder two) throws IOException {
        Checkpoint a = Checkpoint.read(one.last()), b = Checkpoint.read(two.last());
        assertThat(a.state()).isEqualTo(b.state());
        for (var pair : List.of(
                Map.entry(a.model(), b.model()),
                Map.entry(a.optimizer(), b.optimizer()),
                Map.entry(a.average(), b.average()))) {
            assertSameBits(pair.getKey(), pair.getValue());
        }
        assertThat(TrainerTest.rowsWithoutClock(one)).isEqualTo(TrainerTest.rowsWithoutClock(two));
    }
}
