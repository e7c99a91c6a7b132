package dev.fovea.data.augment;

/**
 * For each output position of one axis: the first input position and the 22-bit fixed-point weights (Pillow 9.4,
 * {@code Resample.c}, {@code precompute_coeffs} and {@code normalize_coeffs_8bpc}).
 */
final class Taps {
    static final int PRECISION = 32 - 8 - 2;
    static final int HALF = 1 << (PRECISION - 1);

    /** Weights a position can have at most: the stride of {@link #weights}. */
    final int width;

    final int[] first;
    final int[] count;
    final int[] weights;

    Taps(int in, int out, Filter filter) {
        double scale = (double) in / out;
        double stretch = Math.max(scale, 1);
        double support = filter.support() * stretch;
        width = (int) Math.ceil(support) * 2 + 1;
        first = new int[out];
        count = new int[out];
        weights = new int[out * width];
        double[] real = new double[width];
        for (int i = 0; i < out; i++) {
            double centre = (i + 0.5) * scale;
            int low = Math.max((int) (centre - support + 0.5), 0);
            int high = Math.min((int) (centre + support + 0.5), in);
            double sum = 0;
            for (int k = 0; k < high - low; k++) {
                real[k] = filter.weight((k + low - centre + 0.5) / stretch);
                sum += real[k];
            }
            for (int k = 0; k < high - low; k++) {
                weights[i * width + k] = fixed(sum == 0 ? real[k] : real[k] / sum);
            }
            first[i] = low;
            count[i] = high - low;
        }
    }

    /** Rounded half away from zero. */
    private static int fixed(double weight) {
        double scaled = weight * (1 << PRECISION);
        return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
}
