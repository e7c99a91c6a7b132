package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.scenes.SceneFolder;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.Natives;
import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
                Recipes.beit2Tokenizer("{type: pixels, imageSize: 32, patchSize: 8}"),
                Recipes.beit2("{type: random-projection, imageSize: 32, patchSize: 8, codes: 16}"),
                Recipes.itpn(),
                Recipes.loca(),
                Recipes.classify(Recipes.CONV_VIT),
                Recipes.linearProbe(Recipes.VIT, "{evalCrop: 1}"),
                Recipes.linearProbe(Recipes.VIT, "{crop: {type: resized, scale: [0.5, 1]}, evalCrop: 1}"),
                Recipes.segment(Recipes.VIT),
                Recipes.segment(Recipes.CONV_VIT),
                Recipes.segment(Recipes.HIVIT),
                Recipes.segmentLinear(Recipes.VIEW_VIT),
                Recipes.semanticFpn(Recipes.HIVIT),
                Recipes.mask2former(Recipes.VIT));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyStageTrainsMeasuresAndLeavesAFolderThatSaysWhatItDid(String yaml) throws IOException {
        Path folder = temp.resolve("run");
        RunResult result = Runs.start(Recipes.of(yaml), folder);
        assertThat(result.finished()).isTrue();
        assertThat(result.scores()).isNotEmpty();
        assertThat(result.scores().values()).allMatch(Double::isFinite);
        for (String file : List.of("recipe.yaml", "run.json", "metrics.jsonl", "model.safetensors", "report.html")) {
            assertThat(folder.resolve(file)).exists();
        }
        TrainedModel model = TrainedModel.open(folder);
        assertThat(model.recipe()).isEqualTo(Recipes.of(yaml));
    }

    /** What a process leaves that was killed some steps after its checkpoint of step 3. */
    @ParameterizedTest
    @MethodSource("recipes")
    void aRunResumedFromAnOlderCheckpointEndsWithTheSameBits(String yaml) throws IOException {
        RunFolder straight = new RunFolder(temp.resolve("straight"));
        Runs.start(Recipes.of(yaml, "run.keepEvery='1 steps'"), straight.path());
        RunFolder resumed = new RunFolder(temp.resolve("resumed"));
        Files.createDirectories(resumed.checkpoints());
        Files.copy(straight.recipe(), resumed.recipe());
        Files.copy(straight.metrics(), resumed.metrics());
        Files.copy(straight.kept(3), resumed.last());
        RunResult result = Runs.resume(resumed.path());

        assertThat(result.state().step()).isEqualTo(6);
        Checkpoint one = Checkpoint.read(straight.last());
        Checkpoint two = Checkpoint.read(resumed.last());
        assertThat(two.state()).isEqualTo(one.state());
        assertSameBits(two.model(), one.model());
        assertSameBits(two.optimizer(), one.optimizer());
        assertSameBits(two.average(), one.average());
        assertThat(TrainerTest.rowsWithoutClock(resumed)).isEqualTo(TrainerTest.rowsWithoutClock(straight));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void blocksThatAreComputedAgainTrainTheSameWay(String yaml) throws IOException {
        Runs.start(Recipes.of(yaml), temp.resolve("kept"));
        Runs.start(Recipes.of(yaml, "run.recompute=true"), temp.resolve("again"));
        List<MetricRow> kept = MetricLog.read(temp.resolve("kept/metrics.jsonl"));
        List<MetricRow> again = MetricLog.read(temp.resolve("again/metrics.jsonl"));
        for (int i = 0; i < kept.size(); i++) {
            double loss = kept.get(i).values().getOrDefault("loss", 0.0);
            assertThat(again.get(i).values().getOrDefault("loss", 0.0)).isCloseTo(loss, within(1e-4));
        }
    }

    @Test
    void filesThatCannotBeReadAreCountedInTheLogUpToTheAllowedShare() throws IOException {
        new SceneFolder(new SceneGenerator(40), 1).write(temp.resolve("data"), 20, 1);
        Path images = temp.resolve("data/images/train");
        Files.writeString(images.resolve("00007.png"), "not an image");
        String yaml = Recipes.mae(Recipes.VIT)
                .replace("{kind: scenes, train: 20, val: 6, size: 40}", "{kind: folder, path: " + images + "}");
        assertThatThrownBy(() -> Runs.start(Recipes.of(yaml), temp.resolve("strict")))
                .hasMessageContaining(
                        "1 of 20 files cannot be read, more than the share of 0.01 that data.maxBadShare allows")
                .hasMessageContaining("00007.png");
        assertThat(Runs.resume(temp.resolve("strict"), Recipes.of(yaml, "data.maxBadShare=0.1"))
                        .finished())
                .isTrue();
        Runs.start(Recipes.of(yaml, "data.maxBadShare=0.1"), temp.resolve("tolerant"));
        List<MetricRow> rows = MetricLog.read(temp.resolve("tolerant/metrics.jsonl"));
        assertThat(rows.get(rows.size() - 1).values()).containsEntry("badFiles", 1.0);
    }

    @Test
    void aFolderHasOneTrainerAtATime() throws IOException {
        Path folder = temp.resolve("run");
        Runs.start(Recipes.of(Recipes.mae(Recipes.VIT)), folder);
        try (RunLock lock = RunLock.of(new RunFolder(folder))) {
            assertThatThrownBy(() -> Runs.resume(folder))
                    .isInstanceOf(RunInUseException.class)
                    .hasMessage("another process trains in run folder " + folder);
        }
        assertThat(Runs.resume(folder).finished()).isTrue();
    }

    /** Whatever the process that trains reads and closes in the folder meanwhile. */
    @Test
    void soItIsForAnotherProcess() throws Exception {
        Path folder = temp.resolve("run");
        Runs.start(Recipes.of(Recipes.mae(Recipes.VIT)), folder);
        RunProcesses processes = new RunProcesses(temp.resolve("log"));
        try (RunLock lock = RunLock.of(new RunFolder(folder))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(each -> !each.equals(new RunFolder(folder).lock()))
                        .toList()) {
                    Files.readAllBytes(file);
                }
            }
            assertThat(processes.resume(new RunFolder(folder)).waitFor()).isEqualTo(1);
        }
        assertThat(processes.log()).contains("another process trains in run folder " + folder);
    }

    /** A later version writes settings into its recipes that the one which started the run did not know. */
    @Test
    void aRunIsResumedThoughItsRecipeLacksNewSettings() throws IOException {
        Path folder = temp.resolve("run");
        Recipe recipe = Recipes.of(Recipes.mae(Recipes.VIT));
        Runs.start(recipe, folder);
        Path file = folder.resolve("recipe.yaml");
        String written = Files.readString(file);
        Files.writeString(file, written.replaceAll("  recompute: false\n", ""));
        assertThat(Files.readString(file)).isNotEqualTo(written);
        assertThat(Runs.resume(folder, recipe).finished()).isTrue();
    }

    @Test
    void aRunIsNotResumedWithAnotherRecipe() throws IOException {
        Path folder = temp.resolve("run");
        String yaml = Recipes.mae(Recipes.VIT);
        Runs.start(Recipes.of(yaml), folder);
        assertThatThrownBy(() -> Runs.resume(
                        folder, Recipes.of(yaml, "backbone.depth=3", "optimizer.lr=0.1", "run.keepEvery='2 steps'")))
                .hasMessage(folder + " was started with another recipe; it cannot be resumed with this one:\n"
                        + "  backbone.depth: 2 in the run, 3 now\n"
                        + "  backbone.taps: [0,0,0,1] in the run, [0,0,1,2] now\n"
                        + "  optimizer.lr: 0.005 in the run, 0.1 now\n"
                        + "  run.keepEvery: nothing in the run, \"2 steps\" now");
        assertThatThrownBy(() -> Runs.start(Recipes.of(yaml), folder))
                .hasMessage("run folder " + folder
                        + " is not empty: resume its run with --resume, or choose another folder");
    }
}
