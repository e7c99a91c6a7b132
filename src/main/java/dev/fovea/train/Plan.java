package dev.fovea.train;

import dev.fovea.optim.Schedule;
import dev.fovea.tensor.Precision;

/**
 * How a task is trained.
 *
 * @param batch images of one optimizer step
 * @param accumulate micro-batches of which a step consists; each has {@code batch / accumulate} images
 * @param schedule learning rate by step
 * @param clipNorm longest gradient that is let through; infinity = any, the norm is logged all the same
 * @param recompute whether blocks are computed again in the backward pass
 * @param emaDecay weight of the past in the averaged weights; 0 = no average
 */
public record Plan(
        long steps,
        int batch,
        int accumulate,
        Schedule schedule,
        double clipNorm,
        double emaDecay,
        Precision precision,
        boolean recompute,
        long seed,
        Cadence cadence) {
    public Plan {
        require(steps >= 1, "steps %s is below 1", steps);
        require(accumulate >= 1, "accumulate %s is below 1", accumulate);
        require(batch % accumulate == 0, "batch %s is not divisible into %s micro-batches", batch, accumulate);
        require(clipNorm > 0, "clipNorm %s is not above 0", clipNorm);
        require(emaDecay >= 0 && emaDecay < 1, "emaDecay %s is not in [0, 1)", emaDecay);
    }

    private static void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException("training plan: " + rule.formatted(values));
        }
    }
}
