package dev.fovea.report;

import java.util.Arrays;

/**
 * One curve.
 *
 * @param name in the legend
 * @param x ascending
 * @param y values that are not finite leave a gap
 */
public record Series(String name, double[] x, double[] y) {
    private static final double WINDOWS = 50;

    public Series {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "curve '%s' has %d places for %d values".formatted(name, x.length, y.length));
        }
    }

    /**
     * An exponential moving average that starts without a bias towards zero (as TensorBoard draws it); weight 0 changes
     * nothing.
     */
    public Series smoothed(double weight) {
        if (!(weight >= 0 && weight < 1)) {
            throw new IllegalArgumentException("smoothing %s is not in [0, 1)".formatted(weight));
        }
        double[] smooth = new double[y.length];
        double sum = 0;
        double counted = 0;
        for (int i = 0; i < y.length; i++) {
            if (Double.isFinite(y[i])) {
                sum = weight * sum + (1 - weight) * y[i];
                counted = weight * counted + (1 - weight);
                smooth[i] = sum / counted;
            } else {
                smooth[i] = Double.NaN;
            }
        }
        return new Series(name, x, smooth);
    }

    /** The weight that smooths over about a fiftieth of the curve. */
    double fittingWeight() {
        return 1 - WINDOWS / Math.max(x.length, 2 * WINDOWS);
    }

    /** Where there are more points than a chart has room for: every n-th, the last one always. */
    Series thinned(int most) {
        if (x.length <= most) {
            return this;
        }
        int[] kept = new int[most];
        for (int i = 0; i < most; i++) {
            kept[i] = (int) Math.round((double) i * (x.length - 1) / (most - 1));
        }
        return new Series(
                name,
                Arrays.stream(kept).mapToDouble(i -> x[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> y[i]).toArray());
    }

    /** The middle of the finite values. */
    double median() {
        double[] sorted = Arrays.stream(y).filter(Double::isFinite).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    double last() {
        return y.length == 0 ? Double.NaN : y[y.length - 1];
    }
}
