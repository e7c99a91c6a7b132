package dev.fovea.study;

import java.util.List;
import java.util.Locale;

/** Mean and sample standard deviation of one table cell over its seeds; the deviation of a single value is NaN. */
public record Spread(double mean, double deviation, int count) {
    public static Spread of(List<Double> values) {
        int n = values.size();
        double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return new Spread(mean, n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1)), n);
    }

    public String text(int digits) {
        if (count == 0) {
            return "—";
        }
        String number = "%." + digits + "f";
        return count == 1
                ? String.format(Locale.ROOT, number, mean)
                : String.format(Locale.ROOT, number + " ± " + number, mean, deviation);
    }

    /** How many standard deviations of a single run the other mean lies away. */
    double gap(Spread other) {
        double variance = (deviation * deviation + other.deviation * other.deviation) / 2;
        return (mean - other.mean) / Math.sqrt(variance);
    }
}
