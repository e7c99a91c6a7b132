package dev.fovea.report;

import dev.fovea.train.log.MetricRow;
import dev.fovea.train.log.ProcessMemory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A named value of one stage of a run, such as {@code train/loss}: how it is written, and which end of it is good. */
record Metric(String stage, String name) {
    /** The rank of what merely explains the others. */
    static final int LEAST_RANK = 2;

    private static final String TRAIN = "train";
    /** What training measures as it goes. */
    private static final Set<String> SCORES =
            Set.of("accuracy", "box_iou", "codesUsed", "effectiveCodes", "patchAccuracy", "classTokenAccuracy");

    /** All metrics of these rows, the telling ones first. */
    static List<Metric> of(List<MetricRow> rows) {
        Set<Metric> metrics = new LinkedHashSet<>();
        for (MetricRow row : rows) {
            row.values().keySet().forEach(name -> metrics.add(new Metric(row.stage(), name)));
        }
        return ranked(metrics);
    }

    /** The loss first, then what is evaluated, then the parts of the loss and the rest; otherwise in the order given. */
    static List<Metric> ranked(Collection<Metric> metrics) {
        return metrics.stream().sorted(Comparator.comparing(Metric::rank)).toList();
    }

    int rank() {
        if (!isOfTraining()) {
            return 1;
        }
        return name.equals("loss") ? 0 : LEAST_RANK;
    }

    String title() {
        return stage + " / " + name;
    }

    boolean isOfTraining() {
        return TRAIN.equals(stage);
    }

    /** Whether it tells how well the run does, and not how fast or how heavy it is. */
    boolean isScore() {
        return !isOfTraining() || isLoss() || SCORES.contains(name);
    }

    boolean isLoss() {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.contains("loss") || lower.contains("error") || lower.contains("perplexity");
    }

    /** Whether there is something to see: two points, and not all of them 0. */
    boolean isCurve(List<MetricRow> rows) {
        List<MetricRow> own = rows.stream().filter(this::matches).toList();
        return own.size() > 1 && own.stream().anyMatch(row -> value(row) != 0);
    }

    /** The curve over steps or over epochs. */
    Series series(List<MetricRow> rows, String curveName, boolean overEpochs) {
        List<MetricRow> own = rows.stream().filter(this::matches).toList();
        return new Series(
                curveName,
                own.stream()
                        .mapToDouble(row -> overEpochs ? row.epoch() : row.step())
                        .toArray(),
                own.stream().mapToDouble(row -> row.values().get(name)).toArray());
    }

    /** The row with the best finite value, or null. */
    MetricRow best(List<MetricRow> rows) {
        MetricRow best = null;
        for (MetricRow row : rows) {
            if (matches(row) && Double.isFinite(row.values().get(name)) && (best == null || isBetter(row, best))) {
                best = row;
            }
        }
        return best;
    }

    /** The last row that holds it, or null. */
    MetricRow last(List<MetricRow> rows) {
        List<MetricRow> own =
                new ArrayList<>(rows.stream().filter(this::matches).toList());
        return own.isEmpty() ? null : own.get(own.size() - 1);
    }

    double value(MetricRow row) {
        return row.values().get(name);
    }

    boolean isBetter(double a, double b) {
        return isLoss() ? a < b : a > b;
    }

    String text(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.contains("memory")) {
            return ProcessMemory.text((long) value);
        }
        return lower.endsWith("seconds") ? duration(value) : number(value);
    }

    /** A value to mark an axis with: as short as it can be. */
    String tick(double value) {
        return name.toLowerCase(Locale.ROOT).contains("memory") ? text(value) : shortest(value);
    }

    static String shortest(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            return String.format(Locale.ROOT, "%.1e", value)
                    .replace(".0e", "e")
                    .replaceFirst("e([+-])0", "e$1")
                    .replace("e+", "e");
        }
        return new BigDecimal(value)
                .round(new MathContext(6))
                .setScale(4, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Four significant digits; whole numbers as they are. */
    static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e6) {
            return String.valueOf((long) value);
        }
        if (size < 1e-3 || size >= 1e6) {
            return String.format(Locale.ROOT, "%.2e", value).replaceFirst("e([+-])0", "e$1");
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%." + Math.min(decimals, 4) + "f", value);
    }

    static String duration(double seconds) {
        Duration time = Duration.ofMillis(Math.round(seconds * 1000));
        if (time.toHours() > 0) {
            return "%d h %02d min".formatted(time.toHours(), time.toMinutesPart());
        }
        return time.toMinutes() > 0
                ? "%d min %02d s".formatted(time.toMinutes(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private boolean isBetter(MetricRow a, MetricRow b) {
        return isBetter(value(a), value(b));
    }

    private boolean matches(MetricRow row) {
        return row.stage().equals(stage) && row.values().containsKey(name);
    }
}
