package dev.fovea.recipe;

import java.util.List;

/** The learning rate over a run, set at every step; the key {@code type} tells its shape. */
public sealed interface ScheduleBlock {
    /** The whole run, warm-up included. */
    Length length();

    /** The rate grows linearly during this part. */
    Length warmup();

    private static void check(Length length, Length warmup) {
        Rule.that(length.amount() > 0, "length %s is not above 0", length);
        Rule.that(
                warmup.unit() != length.unit() || warmup.amount() <= length.amount(),
                "warmup %s is longer than length %s",
                warmup,
                length);
    }

    /**
     * Half a cosine after the warm-up ({@code type: cosine}, facebookresearch/mae util/lr_sched.py).
     *
     * @param minLr the rate at the end
     * @param fullWarmup the last step of the warm-up has the whole rate already (BEiT); otherwise the step behind it
     */
    record Cosine(
            Length length,
            @Default("0 epochs") Length warmup,
            @Default("0") double minLr,
            @Default("false") boolean fullWarmup)
            implements ScheduleBlock {
        public Cosine {
            check(length, warmup);
            Rule.notNegative("minLr", minLr);
        }
    }

    /**
     * A power of what is left of the run ({@code type: poly}, mmsegmentation).
     *
     * @param warmupRatio share of the rate that the warm-up starts with
     */
    record Poly(
            Length length,
            @Default("0 steps") Length warmup,
            @Default("1") double power,
            @Default("0") double minLr,
            @Default("0") double warmupRatio)
            implements ScheduleBlock {
        public Poly {
            check(length, warmup);
            Rule.positive("power", power);
            Rule.notNegative("minLr", minLr);
            Rule.share("warmupRatio", warmupRatio);
        }
    }

    /**
     * The rate falls at milestones ({@code type: step}, mmcv's step policy).
     *
     * @param milestones from which on the rate is multiplied by the factor once more
     * @param warmupRatio share of the rate that the warm-up starts with
     */
    record Step(
            Length length,
            @Default("0 steps") Length warmup,
            List<Length> milestones,
            @Default("0.1") double factor,
            @Default("0") double warmupRatio)
            implements ScheduleBlock {
        public Step {
            check(length, warmup);
            milestones = List.copyOf(milestones);
            for (Length milestone : milestones) {
                Rule.that(
                        milestone.unit() != length.unit() || milestone.amount() < length.amount(),
                        "milestones %s are not all before the end, %s",
                        milestones,
                        length);
            }
            Rule.that(factor > 0 && factor < 1, "factor %s is not in (0, 1)", factor);
            Rule.share("warmupRatio", warmupRatio);
        }
    }

    /** The same rate after the warm-up ({@code type: constant}). */
    record Constant(Length length, @Default("0 epochs") Length warmup) implements ScheduleBlock {
        public Constant {
            check(length, warmup);
        }
    }
}
