package dev.fovea.optim;

import java.util.List;

/**
 * The learning rate at a step, counted from 0; parameter groups scale it, its floor included. All lengths share one
 * unit: MAE's fractional epochs are steps divided by the steps of an epoch.
 */
public interface Schedule {
    double at(double step);

    record Constant(double value) implements Schedule {
        @Override
        public double at(double step) {
            return value;
        }
    }

    /** Linear from 0, then half a cosine to {@code floor} (MAE util/lr_sched.py); stays there after {@code total}. */
    record HalfCosine(double peak, double floor, double warmup, double total) implements Schedule {
        public HalfCosine {
            requireLengths(warmup, total);
        }

        @Override
        public double at(double step) {
            if (step < warmup) {
                return peak * step / warmup;
            }
            return floor + (peak - floor) * cosine(step - warmup, total - warmup);
        }
    }

    /**
     * BEiT's cosine_scheduler: {@code warmup} values evenly from {@code start} to {@code first} with both ends, then a
     * cosine that begins at {@code first} again. Also the course of momentum and of weight decay.
     */
    record InclusiveCosine(double first, double last, int total, int warmup, double start) implements Schedule {
        public InclusiveCosine {
            requireLengths(warmup, total);
        }

        @Override
        public double at(double step) {
            if (step < warmup) {
                return warmup == 1 ? start : start + (first - start) * step / (warmup - 1);
            }
            return last + (first - last) * cosine(step - warmup, total - warmup);
        }
    }

    /** {@code (base - floor) (1 - step / total)^power + floor} (mmcv's poly policy). */
    record Poly(double base, double floor, double power, double total) implements Schedule {
        public Poly {
            requireLengths(0, total);
        }

        @Override
        public double at(double step) {
            return (base - floor) * Math.pow(Math.max(0, 1 - step / total), power) + floor;
        }
    }

    /** {@code base}, times {@code factor} from each milestone on. */
    record Steps(double base, List<Integer> milestones, double factor) implements Schedule {
        public Steps {
            milestones = List.copyOf(milestones);
        }

        @Override
        public double at(double step) {
            long passed = milestones.stream().filter(m -> step >= m).count();
            return base * Math.pow(factor, passed);
        }
    }

    /** The first {@code warmup} steps climb linearly from {@code ratio} of the rate to all of it (mmcv). */
    record LinearWarmup(Schedule regular, double warmup, double ratio) implements Schedule {
        @Override
        public double at(double step) {
            double rate = regular.at(step);
            return step >= warmup ? rate : rate * (1 - (1 - step / warmup) * (1 - ratio));
        }
    }

    /** Changes at the starts of epochs only (mmcv's by_epoch). */
    record ByEpoch(Schedule inSteps, int stepsPerEpoch) implements Schedule {
        @Override
        public double at(double step) {
            return inSteps.at(Math.floor(step / stepsPerEpoch) * stepsPerEpoch);
        }
    }

    private static double cosine(double done, double of) {
        double progress = of <= 0 ? 1 : Math.min(1, done / of);
        return 0.5 * (1 + Math.cos(Math.PI * progress));
    }

    private static void requireLengths(double warmup, double total) {
        if (!(total > 0) || !(warmup >= 0) || warmup > total) {
            throw new IllegalArgumentException(
                    "schedule: warm-up %s must be in 0 … total, total %s above 0".formatted(warmup, total));
        }
    }
}
