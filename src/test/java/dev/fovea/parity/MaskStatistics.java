package dev.fovea.parity;

import dev.fovea.backbone.Size;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/** What many masks are like on average: counts, connected parts, neighbours. */
final class MaskStatistics {
    private static final int MOST_PARTS = 11;

    private final Size grid;
    private final double[] counts;
    private final double[] places;
    private final double[] parts = new double[MOST_PARTS + 1];
    private final double[] rowCounts;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private int runs;

    MaskStatistics(Size grid) {
        this.grid = grid;
        counts = new double[grid.area() + 1];
        places = new double[grid.area()];
        rowCounts = new double[grid.width() + 1];
    }

    private record Moments(double sum, double squares) {
        Moments with(double value) {
            return new Moments(sum + value, squares + value * value);
        }

        double mean(int n) {
            return sum / n;
        }

        double deviation(int n) {
            return Math.sqrt(squares / n - mean(n) * mean(n));
        }
    }

    void add(BlockMask.Drawn drawn) {
        boolean[] mask = drawn.hidden();
        runs++;
        int count = 0, right = 0, down = 0;
        for (int y = 0; y < grid.height(); y++) {
            int inRow = 0;
            for (int x = 0; x < grid.width(); x++) {
                if (at(mask, y, x)) {
                    inRow++;
                    places[y * grid.width() + x]++;
                    right += at(mask, y, x + 1) ? 1 : 0;
                    down += at(mask, y + 1, x) ? 1 : 0;
                }
            }
            rowCounts[inRow]++;
            count += inRow;
        }
        counts[count]++;
        int connected = connected(mask.clone());
        parts[Math.min(connected, MOST_PARTS)]++;
        put("count", count);
        put("components", connected);
        put("attempted_blocks", drawn.blocks());
        put("added_by_choice", drawn.filled());
        put("corrected", drawn.filled() > 0 ? 1 : 0);
        put("right_pairs", right);
        put("down_pairs", down);
        put("pairs", right + down);
    }

    private void put(String name, double value) {
        moments.merge(name, new Moments(value, value * value), (all, one) -> all.with(value));
    }

    private boolean at(boolean[] mask, int y, int x) {
        return y >= 0 && x >= 0 && y < grid.height() && x < grid.width() && mask[y * grid.width() + x];
    }

    private int connected(boolean[] left) {
        int parts = 0;
        for (int n = 0; n < left.length; n++) {
            if (left[n]) {
                parts++;
                clear(left, n / grid.width(), n % grid.width());
            }
        }
        return parts;
    }

    private void clear(boolean[] left, int y, int x) {
        if (at(left, y, x)) {
            left[y * grid.width() + x] = false;
            clear(left, y - 1, x);
            clear(left, y + 1, x);
            clear(left, y, x - 1);
            clear(left, y, x + 1);
        }
    }

    private double mean(String name) {
        return moments.get(name).mean(runs);
    }

    private double deviation(String name) {
        return moments.get(name).deviation(runs);
    }

    void check(Case given) {
        Tolerance histogram = absolute(given, "histogram_atol");
        Tolerance components = absolute(given, "mean_components_atol");
        Tolerance pairs = absolute(given, "mean_pairs_atol");
        Tolerance added = absolute(given, "mean_added_atol");
        checkScalar(given, "mean_count", mean("count"), new Tolerance(0, 0));
        checkScalar(given, "mean_components", mean("components"), components);
        checkScalar(given, "std_components", deviation("components"), components);
        checkScalar(given, "mean_attempted_blocks", mean("attempted_blocks"), added);
        checkScalar(given, "mean_added_by_choice", mean("added_by_choice"), added);
        checkScalar(given, "share_corrected", mean("corrected"), histogram);
        checkScalar(given, "mean_removed_by_choice", 0, new Tolerance(0, 0));
        checkScalar(given, "mean_right_pairs", mean("right_pairs"), pairs);
        checkScalar(given, "mean_down_pairs", mean("down_pairs"), pairs);
        checkScalar(given, "std_pairs", deviation("pairs"), pairs);
        given.check("count_histogram", Tensors.of(shares(counts, runs), counts.length), histogram);
        given.check("component_histogram", Tensors.of(shares(parts, runs), parts.length), histogram);
        given.check(
                "row_count_histogram",
                Tensors.of(shares(rowCounts, runs * grid.height()), rowCounts.length),
                histogram);
        given.check(
                "position_frequency",
                Tensors.of(shares(places, runs), grid.height(), grid.width()),
                absolute(given, "position_frequency_atol"));
    }

    private static void checkScalar(Case given, String name, double value, Tolerance tolerance) {
        given.check(name, Tensors.of(new double[] {value}), tolerance);
        String pointer = "/" + name;
        double expected = given.expected().at(pointer).asDouble(Double.NaN);
        given.takeAsSettings(pointer); // compared here, by the tolerance of a mean over many masks
        if (!new Tolerance(tolerance.atol(), 1e-4).accepts(value, expected)) {
            given.fail("expected %s: %s, recorded is %s".formatted(name, value, expected));
        }
    }

    private static Tolerance absolute(Case given, String key) {
        return new Tolerance(given.toleranceAt(key), 0);
    }

    private static double[] shares(double[] counts, int of) {
        double[] shares = counts.clone();
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= of;
        }
        return shares;
    }
}
