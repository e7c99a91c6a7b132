package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final List<String> OF_THE_CLOCK = List.of("imagesPerSecond", "memory");

    private static final Provenance RECIPE = new Provenance("{stage: pretrain, objective: {type: mae}}", List.of());

    @TempDir
    Path temp;

    @Test
    void theLossFalls() throws IOException {
        RunResult result = run("run", 20);
        List<MetricRow> rows = trainRows("run");
        assertThat(result.finished()).isTrue();
        assertThat(result.lastLoss()).isLessThan(0.9 * rows.get(0).values().get("loss"));
        assertThat(rows).hasSize(20);
        assertThat(rows.get(9).values()).containsKeys("lr", "gradNorm", "imagesPerSecond", "memory", "badFiles");
        assertThat(rows.get(9).epoch()).isCloseTo(10 / 3.0, within(1e-9));
    }

    @Test
    void aRunThatWasStoppedEndsWithTheBitsOfOneThatWasNot() throws IOException {
        run("straight", 10);
        Plan plan = TinyPretraining.plan(10, 8, 1);
        Path half = temp.resolve("stopped");
        Trainer<?> first =
                new Trainer<>(new StopAt(new TinyPretraining(26, 8), 5), plan, RunFolder.create(half), RECIPE);
        assertThatThrownBy(first::run).hasMessage("stopped for the test");
        Trainer<?> second = new Trainer<>(new TinyPretraining(26, 8), plan, new RunFolder(half), RECIPE);
        second.restore(Checkpoint.read(new RunFolder(half).last()));
        second.run();

        Checkpoint one = Checkpoint.read(new RunFolder(temp.resolve("straight")).last());
        Checkpoint two = Checkpoint.read(new RunFolder(half).last());
        assertThat(two.state()).isEqualTo(one.state());
        assertSameBits(two.model(), one.model());
        assertSameBits(two.optimizer(), one.optimizer());
        assertSameBits(two.average(), one.average());
        assertThat(rowsWithoutClock(new RunFolder(half)))
                .isEqualTo(rowsWithoutClock(new RunFolder(temp.resolve("straight"))));
    }

    @Test
    void theTaskHearsOfEveryStepOnceAlsoWhenTheRunGoesOn() throws IOException {
        TinyPretraining before = new TinyPretraining(26, 8), after = new TinyPretraining(26, 8);
        Plan plan = TinyPretraining.plan(4, 8, 1);
        RunFolder folder = RunFolder.create(temp.resolve("run"));
        Trainer<?> first = new Trainer<>(new StopAt(before, 2), plan, folder, RECIPE);
        assertThatThrownBy(first::run).hasMessage("stopped for the test");
        Trainer<?> second = new Trainer<>(after, plan, folder, RECIPE);
        second.restore(Checkpoint.read(folder.last()));
        second.run();
        assertThat(before.stepsMade()).containsExactly("0 of 4", "1 of 4");
        assertThat(after.stepsMade()).containsExactly("2 of 4", "3 of 4");
    }

    @Test
    void anEvaluationThatAStopPreventedIsMadeUpFor() throws IOException {
        run("straight", 10);
        RunFolder straight = new RunFolder(temp.resolve("straight"));
        RunFolder stopped = new RunFolder(temp.resolve("stopped"));
        Files.createDirectories(stopped.checkpoints());
        Files.write(stopped.metrics(), Files.readAllLines(straight.metrics()).subList(0, 4));
        Checkpoint four = Checkpoint.read(straight.kept(4));
        RunState unseen = new RunState(4, four.state().position(), Double.NaN, 0, true);
        Trainer<?> trainer = new Trainer<>(new TinyPretraining(26, 8), TinyPretraining.plan(10, 8, 1), stopped, RECIPE);
        trainer.restore(new Checkpoint(unseen, four.model(), four.optimizer(), four.average(), RECIPE));
        RunResult result = trainer.run();
        assertThat(rowsWithoutClock(stopped)).isEqualTo(rowsWithoutClock(straight));
        assertThat(result.state()).isEqualTo(Checkpoint.stateOf(straight.last()));
    }

    @Test
    void anEvaluationThatFailsCostsNoTraining() throws IOException {
        run("straight", 10);
        RunFolder straight = new RunFolder(temp.resolve("straight"));
        RunFolder folder = RunFolder.create(temp.resolve("run"));
        Plan plan = TinyPretraining.plan(10, 8, 1);
        Trainer<?> first = new Trainer<>(StopAt.evaluation(new TinyPretraining(26, 8), 0), plan, folder, RECIPE);
        assertThatThrownBy(first::run).hasMessage("stopped for the test");
        assertThat(Checkpoint.stateOf(folder.last()).step()).isEqualTo(4);
        TinyPretraining after = new TinyPretraining(26, 8);
        Trainer<?> second = new Trainer<>(after, plan, folder, RECIPE);
        second.restore(Checkpoint.read(folder.last()));
        RunResult result = second.run();
        assertThat(after.stepsMade()).hasSize(6);
        assertThat(rowsWithoutClock(folder)).isEqualTo(rowsWithoutClock(straight));
        assertThat(result.state()).isEqualTo(Checkpoint.stateOf(straight.last()));
    }

    @Test
    void aFinishedRunStaysAsItIs() throws IOException {
        RunResult result = run("run", 10);
        RunFolder folder = new RunFolder(temp.resolve("run"));
        List<String> rows = Files.readAllLines(folder.metrics());
        Trainer<?> again = new Trainer<>(new TinyPretraining(26, 8), TinyPretraining.plan(10, 8, 1), folder, RECIPE);
        again.restore(Checkpoint.read(folder.last()));
        RunResult repeated = again.run();
        assertThat(repeated.scores()).isEqualTo(result.scores());
        assertThat(repeated.lastLoss()).isEqualTo(result.lastLoss());
        assertThat(Files.readAllLines(folder.metrics())).isEqualTo(rows);
    }

    @Test
    void microBatchesGiveTheGradientOfTheWholeBatch() throws IOException {
        runAccumulated("whole", 1);
        runAccumulated("parts", 4);
        List<MetricRow> whole = trainRows("whole");
        List<MetricRow> parts = trainRows("parts");
        for (int i = 0; i < whole.size(); i++) {
            for (String name : List.of("loss", "gradNorm")) {
                double value = whole.get(i).values().get(name);
                assertThat(parts.get(i).values().get(name)).as(name).isCloseTo(value, within(1e-4 * value));
            }
        }
    }

    @Test
    void aLossThatIsNotFiniteStopsTheRunAndNamesTheFiles() throws IOException {
        TinyPretraining task = new TinyPretraining(26, 4);
        task.multiplyLossBy(Double.NaN);
        Trainer<?> trainer =
                new Trainer<>(task, TinyPretraining.plan(5, 4, 1), RunFolder.create(temp.resolve("nan")), RECIPE);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(NonFiniteException.class)
                .hasMessageMatching("the loss is NaN at step 0 with learning rate 0.0; the batch was"
                        + " \\[tiny-\\d+.png, tiny-\\d+.png, tiny-\\d+.png, tiny-\\d+.png]");
    }

    @Test
    void aLayerThatCannotGoOnStopsTheRunInTheSameWay() throws IOException {
        StopAt task = StopAt.notFinite(new TinyPretraining(26, 4));
        Trainer<?> trainer =
                new Trainer<>(task, TinyPretraining.plan(5, 4, 1), RunFolder.create(temp.resolve("cost")), RECIPE);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(NonFiniteException.class)
                .hasMessageMatching(
                        "a cost is NaN, at step 0 with learning rate 0.0; the batch was \\[(tiny-\\d+.png(, )?){4}]");
    }

    @Test
    void tooFewImagesForOneBatchAreToldOf() {
        TinyPretraining task = new TinyPretraining(26, 8);
        assertThatThrownBy(() -> new Trainer<>(task, TinyPretraining.plan(5, 32, 4), new RunFolder(temp), RECIPE))
                .hasMessage("26 training samples do not fill one batch of 32");
    }

    @Test
    void theBestCheckpointIsTheOneWithTheBestScore() throws IOException {
        run("run", 20);
        RunFolder folder = new RunFolder(temp.resolve("run"));
        double best = MetricLog.read(folder.metrics()).stream()
                .filter(row -> row.stage().equals("eval"))
                .mapToDouble(row -> row.values().get("valLoss"))
                .min()
                .orElseThrow();
        assertThat(Checkpoint.stateOf(folder.best()).best()).isEqualTo(best);
        assertThat(Files.exists(folder.model())).isTrue();
    }

    private RunResult run(String name, long steps) throws IOException {
        RunFolder folder = RunFolder.create(temp.resolve(name));
        return new Trainer<>(new TinyPretraining(26, 8), TinyPretraining.plan(steps, 8, 1), folder, RECIPE).run();
    }

    private void runAccumulated(String name, int accumulate) throws IOException {
        RunFolder folder = RunFolder.create(temp.resolve(name));
        Plan plan = TinyPretraining.plan(8, 16, accumulate);
        new Trainer<>(new TinyPretraining(42, 16 / accumulate), plan, folder, RECIPE).run();
    }

    private List<MetricRow> trainRows(String run) throws IOException {
        return MetricLog.read(new RunFolder(temp.resolve(run)).metrics()).stream()
                .filter(row -> row.stage().equals("train"))
                .toList();
    }

    /** All rows, less what depends on the clock and on the machine's load. */
    static List<MetricRow> rowsWithoutClock(RunFolder folder) throws IOException {
        return MetricLog.read(folder.metrics()).stream()
                .map(row -> {
                    Map<String, Double> values = new LinkedHashMap<>(row.values());
                    values.keySet().removeAll(OF_THE_CLOCK);
                    return new MetricRow(row.step(), row.epoch(), row.stage(), values);
                })
                .toList();
    }

    static void assertSameBits(Map<String, Tensor> actual, Map<String, Tensor> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, x) ->
                assertThat(Tensors.toFloats(actual.get(name))).as(name).isEqualTo(Tensors.toFloats(x)));
    }
}
