package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.report.HtmlReport;
import dev.fovea.report.Pictures;
import dev.fovea.train.RecipeData.Split;
import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The training loop. A run that goes on from a checkpoint continues to the same bits as if it had never stopped, on the
 * same machine with the same number of threads.
 */
public final class Trainer<B extends Batch> {
    private final Task<B> task;
    private final Plan plan;
    private final RunFolder folder;
    private final TrainingStep<B> steps;
    private final Weights weights;
    private final Provenance provenance;
    private RunState state = RunState.START;
    private double lastLoss = Double.NaN;
    private Map<String, Double> scores = Map.of();

    /** @param provenance is written into checkpoints and the final model */
    public Trainer(Task<B> task, Plan plan, RunFolder folder, Provenance provenance) {
        this.task = task;
        this.plan = plan;
        this.folder = folder;
        this.provenance = provenance;
        steps = new TrainingStep<>(task, plan);
        weights = new Weights(task.model(), task.optimizer(), plan.emaDecay());
    }

    /** Goes on from here; every name and shape must fit. */
    public void restore(Checkpoint checkpoint) {
        weights.restore(checkpoint);
        state = checkpoint.state();
    }

    /** Trains to the end of the plan, or until the process is asked to stop. */
    public RunResult run() throws IOException {
        List<String> changes = RunFacts.record(folder.facts(), task, plan, state.step());
        try (StopSignal stop = new StopSignal();
                RunLog log = RunLog.open(folder, task.name(), extent());
                BatchStream<B> batches = task.batches().from(state.position())) {
            task.model().train(true);
            changes.forEach(change ->
                    log.say("warning: this will not end with the same bits as without the interruption: " + change));
            tellOfLeftOut(log);
            if (state.lookDue()) {
                look(log);
            }
            while (state.step() < plan.steps() && !stop.requested()) {
                StepResult result = steps.take(batches, state.step());
                task.afterStep(state.step(), plan.steps());
                weights.average();
                state = state.advanced(batches.position());
                lastLoss = result.loss();
                log.step(state.step(), result, task.batches().badFiles().count(), isDue(Cadence::log));
                save(log, stop);
            }
            return finish(log);
        }
    }

    private void tellOfLeftOut(RunLog log) throws IOException {
        BadAnnotations bad = task.leftOut(Split.TRAIN).and(task.leftOut(Split.VAL));
        if (!bad.isEmpty()) {
            String lines = bad.list().stream().map(each -> each + "\n").collect(Collectors.joining());
            AtomicFile.write(folder.leftOut(), lines);
            log.say("left out, because they cannot be used: %s (all are in %s)"
                    .formatted(bad.told(), folder.leftOut().getFileName()));
        }
    }

    private RunLog.Extent extent() {
        return new RunLog.Extent(state.step(), state.lookDue(), plan.steps(), steps.stepsPerEpoch(), plan.batch());
    }

    private boolean isDue(ToLongFunction<Cadence> every) {
        long step = state.step();
        return step == plan.steps() || Cadence.isDue(every.applyAsLong(plan.cadence()), step);
    }

    /**
     * A step is saved before it is looked at: whatever happens in an evaluation costs no training. Looking also takes time that
     * a process which is asked to stop may not have: the resumed run looks then.
     */
    private void save(RunLog log, StopSignal stop) throws IOException {
        boolean looks = isDue(Cadence::evaluate) || isDue(Cadence::pictures);
        state = looks ? state.withLookDue() : state;
        if (looks || isDue(Cadence::save) || stop.requested()) {
            save(folder.last());
            log.restartClock(state.step());
        }
        if (looks && !stop.requested()) {
            look(log);
        }
        if (plan.cadence().keep() > 0 && isDue(Cadence::keep)) {
            save(folder.kept(state.step()));
        }
    }

    private void look(RunLog log) throws IOException {
        if (isDue(Cadence::evaluate)) {
            evaluate(log);
        }
        if (isDue(Cadence::pictures)) {
            draw(log);
        }
        HtmlReport.write(folder.path());
        state = state.looked();
        save(folder.last());
        log.restartClock(state.step());
    }

    private void evaluate(RunLog log) throws IOException {
        scores = weights.evaluated(task::evaluate);
        if (!scores.isEmpty()) {
            log.evaluation(state.step(), scores);
        }
        double score = task.goal().map(goal -> scores.get(goal.score())).orElse(Double.NaN);
        if (task.goal().isPresent() && task.goal().get().isBetter(score, state.best())) {
            state = state.withBest(score);
            save(folder.best());
        }
    }

    private void draw(RunLog log) throws IOException {
        log.pictures(
                state.step(), weights.evaluated(() -> task.pictures(new Pictures(folder.pictures()), state.step())));
    }

    private void save(Path file) {
        try {
            weights.checkpoint(state, provenance).write(file);
        } catch (UncheckedIOException e) {
            String left = Files.exists(folder.last())
                    ? "the checkpoint of step %d is whole"
                            .formatted(Checkpoint.stateOf(folder.last()).step())
                    : "there is no checkpoint yet";
            throw new UncheckedIOException(
                    "step %d: %s; %s".formatted(state.step(), e.getMessage(), left), e.getCause());
        }
    }

    private RunResult finish(RunLog log) throws IOException {
        boolean finished = state.step() >= plan.steps();
        if (finished) {
            weights.export(folder.model(), provenance.card((int) (state.step() / steps.stepsPerEpoch())));
        } else {
            log.say("stopped after step %d of %d; --resume goes on from there".formatted(state.step(), plan.steps()));
        }
        boolean looked = !scores.isEmpty();
        double loss = Double.isNaN(lastLoss) ? last(RunLog.TRAINING).getOrDefault("loss", lastLoss) : lastLoss;
        return new RunResult(state, loss, looked ? scores : last(RunLog.EVALUATION), finished);
    }

    /** Of a run that was finished before, or that stops before its next evaluation. */
    private Map<String, Double> last(String stage) throws IOException {
        Map<String, Double> last = Map.of();
        for (MetricRow row : MetricLog.read(folder.metrics())) {
            last = row.stage().equals(stage) ? row.values() : last;
        }
        return last;
    }
}
