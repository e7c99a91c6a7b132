package dev.fovea.parity;

import dev.fovea.optim.Schedule;

/** The reference's schedules; they start over after a cycle, where those here end. */
final class LocaSchedules {
    private LocaSchedules() {}

    /** After the first cycle the cosine runs again, the warm-up does not. */
    static Schedule learningRate(Config config) {
        double peak = config.doubleAt("base_learning_rate");
        double warmup = config.intAt("warmup_steps", 0), cycle = config.intAt("steps_per_cycle");
        Schedule once = new Schedule.HalfCosine(peak, peak * config.doubleAt("alpha"), warmup, cycle);
        return step -> once.at(step < warmup ? step : warmup + (step - warmup) % (cycle - warmup));
    }

    static Schedule momentum(Config config) {
        double first = config.doubleAt("base_learning_rate");
        int cycle = config.intAt("steps_per_cycle");
        Schedule once = new Schedule.InclusiveCosine(first, first * config.doubleAt("alpha"), cycle, 0, 0);
        return step -> once.at(step % cycle);
    }
}
