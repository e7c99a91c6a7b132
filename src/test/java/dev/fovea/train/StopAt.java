package dev.fovea.train;

import dev.fovea.data.ImageBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.NotFiniteException;
import dev.fovea.optim.Optimizer;
import dev.fovea.report.Pictures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task that fails as a process that is killed would.
 *
 * @param left losses, or evaluations whose scores are in the log, before it fails
 */
record StopAt(TinyPretraining task, Place place, int[] left) implements Task<ImageBatch> {
    enum Place {
        LOSS,
        NOT_FINITE,
        EVALUATION
    }

    StopAt(TinyPretraining task, int losses) {
        this(task, Place.LOSS, new int[] {losses});
    }

    static StopAt evaluation(TinyPretraining task, int evaluations) {
        return new StopAt(task, Place.EVALUATION, new int[] {evaluations});
    }

    /** A layer that cannot go on says so, at the first loss. */
    static StopAt notFinite(TinyPretraining task) {
        return new StopAt(task, Place.NOT_FINITE, new int[] {0});
    }

    private void pass(Place now) {
        if (now == place && left[0]-- == 0) {
            throw new IllegalStateException("stopped for the test");
        }
    }

    @Override
    public Losses losses(ImageBatch batch, Rng rng) {
        pass(Place.LOSS);
        if (place == Place.NOT_FINITE) {
            throw new NotFiniteException("a cost is NaN");
        }
        return task.losses(batch, rng);
    }

    @Override
    public String name() {
        return task.name();
    }

    @Override
    public Layer model() {
        return task.model();
    }

    @Override
    public Loader<ImageBatch> batches() {
        return task.batches();
    }

    @Override
    public Optimizer optimizer() {
        return task.optimizer();
    }

    @Override
    public void afterStep(long step, long steps) {
        task.afterStep(step, steps);
    }

    @Override
    public Map<String, Double> evaluate() {
        return task.evaluate();
    }

    @Override
    public Optional<Goal> goal() {
        pass(Place.EVALUATION);
        return task.goal();
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) {
        return task.pictures(pictures, step);
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }
}
