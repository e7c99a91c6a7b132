package dev.fovea.train;

import dev.fovea.optim.Schedule;
import dev.fovea.recipe.Length;
import dev.fovea.recipe.PrecisionChoice;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RunBlock;
import dev.fovea.recipe.ScheduleBlock;
import dev.fovea.tensor.Precision;
import java.util.List;
import java.util.Optional;

/** Turns a recipe's lengths, in epochs or steps, into a plan in steps. */
final class RecipePlan {
    /** Longer runs write a row for every so many steps, so that the log stays readable. */
    private static final long MOST_ROWS = 5000;

    private RecipePlan() {}

    static Plan of(Recipe recipe, long stepsPerEpoch) {
        RunBlock run = recipe.run();
        long steps = recipe.schedule().length().steps(stepsPerEpoch);
        double peak = recipe.optimizer().peakLr(run.globalBatch());
        return new Plan(
                steps,
                run.globalBatch(),
                run.accumulation(),
                schedule(recipe.schedule(), peak, stepsPerEpoch),
                recipe.optimizer().clip().orElse(Double.POSITIVE_INFINITY),
                run.ema().orElse(0.0),
                precision(run.precision()),
                run.recompute(),
                run.seed(),
                new Cadence(
                        (steps + MOST_ROWS - 1) / MOST_ROWS,
                        every(run.evalEvery(), stepsPerEpoch),
                        every(run.picturesEvery(), stepsPerEpoch),
                        run.checkpointEvery().steps(stepsPerEpoch),
                        every(run.keepEvery(), stepsPerEpoch)));
    }

    static Precision precision(PrecisionChoice choice) {
        return switch (choice) {
            case AUTO -> Precision.automatic();
            case FP32 -> Precision.FP32;
            case BF16 -> Precision.BF16;
        };
    }

    static Schedule schedule(ScheduleBlock block, double peak, long stepsPerEpoch) {
        double total = block.length().steps(stepsPerEpoch);
        double warmup = block.warmup().steps(stepsPerEpoch);
        if (block instanceof ScheduleBlock.Cosine it) {
            return it.fullWarmup()
                    ? new Schedule.InclusiveCosine(peak, it.minLr(), (int) total, (int) Math.round(warmup), 0)
                    : new Schedule.HalfCosine(peak, it.minLr(), warmup, total);
        } else if (block instanceof ScheduleBlock.Poly it) {
            Schedule poly = new Schedule.Poly(peak, it.minLr(), it.power(), total);
            return new Schedule.LinearWarmup(poly, warmup, it.warmupRatio());
        }
        if (block instanceof ScheduleBlock.Step it) {
            List<Integer> milestones = it.milestones().stream()
                    .map(each -> Math.toIntExact(each.steps(stepsPerEpoch)))
                    .toList();
            Schedule steps = new Schedule.Steps(peak, milestones, it.factor());
            return new Schedule.LinearWarmup(steps, warmup, it.warmupRatio());
        }
        return new Schedule.LinearWarmup(new Schedule.Constant(peak), warmup, 0);
    }

    private static long every(Optional<Length> length, long stepsPerEpoch) {
        return length.map(each -> each.steps(stepsPerEpoch)).orElse(0L);
    }
}
