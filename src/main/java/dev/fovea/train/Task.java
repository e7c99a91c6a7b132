package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.report.Pictures;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@link Trainer} trains, and how one looks at it from outside. Everything is built outside of any scope. */
public interface Task<B extends Batch> {
    /** What the run does, for progress and facts: {@code pretrain}, {@code segment}. */
    String name();

    Layer model();

    /** What still has to be drawn when a new run's model has got its initial weights. */
    default void afterInitialWeights() {}

    /**
     * What moves beside the optimizer, such as a teacher that follows the model.
     *
     * @param step the optimizer step that was just made, counted from 0
     * @param steps of the whole run
     */
    default void afterStep(long step, long steps) {}

    /** Micro-batches without end; a step takes as many as the plan accumulates. */
    Loader<B> batches();

    Optimizer optimizer();

    /**
     * The mean loss of a micro-batch, with gradient; the model is in training mode.
     *
     * @param rng draws that belong to this micro-batch, for mixup and the like
     */
    Losses losses(B batch, Rng rng);

    /** Scores by name on held-out data, with the model in evaluation mode; empty when there is none. */
    Map<String, Double> evaluate() throws IOException;

    /**
     * The same with what is too much for a log of the training, such as a score for each class; NaN where the data cannot tell.
     */
    default Map<String, Double> evaluateInFull() throws IOException {
        return evaluate();
    }

    /** What of a part of the data cannot be used and is left out, as far as the part was looked at. */
    default BadAnnotations leftOut(Split split) {
        return BadAnnotations.NONE;
    }

    /** The score that chooses the best checkpoint. */
    Optional<Goal> goal();

    /** Draws pictures of fixed samples, with the model in evaluation mode, and gives back the files. */
    default List<Path> pictures(Pictures pictures, long step) throws IOException {
        return List.of();
    }

    /** In the order of the model's outputs; empty for models without classes. */
    default List<String> classNames() {
        return List.of();
    }
}
