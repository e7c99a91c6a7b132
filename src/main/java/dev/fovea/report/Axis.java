package dev.fovea.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** One axis of a chart: from values to places in [0, 1], and round numbers to mark. */
record Axis(double low, double high, boolean logarithmic) {
    private static final double WIDE_RANGE = 25;
    private static final double[] STEPS = {1, 2, 2.5, 5, 10};
    private static final double[] WITHIN_DECADE = {1, 1.5, 2, 3, 5, 7};

    /** Around these values, with a little air. */
    static Axis around(double min, double max, boolean logarithmic) {
        if (!(min <= max)) {
            return new Axis(logarithmic ? 0.1 : 0, 1, logarithmic);
        }
        if (logarithmic) {
            double air = Math.max(Math.pow(max / min, 0.06), 1.05);
            return new Axis(min / air, max * air, true);
        }
        double air = max > min ? 0.06 * (max - min) : Math.max(Math.abs(max) * 0.1, 1e-9);
        double low = min >= 0 && min < 0.25 * (max - min) ? 0 : min - air;
        return new Axis(low, max + air, false);
    }

    /** The x axis of curves: from end to end, and from 0 where they begin near it. */
    static Axis across(List<Series> curves) {
        double min = values(curves, Series::x).min().orElse(Double.NaN);
        double max = values(curves, Series::x).max().orElse(Double.NaN);
        return max > min ? new Axis(min >= 0 && min < 0.2 * max ? 0 : min, max, false) : around(min, max, false);
    }

    /** The y axis of curves; a logarithmic one where that is allowed and the values differ widely. */
    static Axis up(List<Series> curves, boolean mayBeLogarithmic) {
        double min = values(curves, Series::y).min().orElse(Double.NaN);
        double max = values(curves, Series::y).max().orElse(Double.NaN);
        return around(min, max, mayBeLogarithmic && min > 0 && max / min > WIDE_RANGE);
    }

    private static DoubleStream values(List<Series> curves, Function<Series, double[]> side) {
        return curves.stream()
                .flatMapToDouble(curve -> Arrays.stream(side.apply(curve)))
                .filter(Double::isFinite);
    }

    double place(double value) {
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    boolean holds(double value) {
        return Double.isFinite(value) && !(logarithmic && value <= 0);
    }

    List<Double> ticks(int about) {
        return logarithmic ? powers(about) : multiples(about);
    }

    private List<Double> multiples(int about) {
        double rough = (high - low) / about;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = 10 * power;
        for (int i = STEPS.length - 1; i >= 0; i--) {
            step = STEPS[i] * power >= rough * 0.999 ? STEPS[i] * power : step;
        }
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private List<Double> powers(int about) {
        List<Double> ticks = new ArrayList<>();
        double decades = Math.log10(high / low);
        int every = (int) Math.max(1, Math.ceil(decades / (about + 2)));
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power += every) {
            for (double within : WITHIN_DECADE) {
                boolean wanted = within == 1 || decades < 2.2 && (decades < 1 || within == 2 || within == 5);
                double tick = within * Math.pow(10, power);
                if (wanted && tick >= low && tick <= high) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
