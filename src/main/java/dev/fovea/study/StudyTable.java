package dev.fovea.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The results of a study as Markdown: mean and standard deviation over the seeds. */
final class StudyTable {
    private final Study study;
    private final Collection<CellResult> results;

    StudyTable(Study study, Collection<CellResult> results) {
        this.study = study;
        this.results = results;
    }

    /** The scores of a row in a column, shown scale. */
    Spread spread(String row, Study.Column column) {
        return Spread.of(of(row).stream()
                .filter(result -> column.isOf(result.cell().stage()))
                .map(result -> result.metrics().get(column.metric()))
                .filter(Objects::nonNull)
                .map(value -> value * column.factor())
                .toList());
    }

    /** The results that a row has, those that it shares included. */
    private List<CellResult> of(String row) {
        List<Cell> cells = study.seeds(study.row(row)).stream()
                .flatMap(seed -> study.cells(study.row(row), seed).stream())
                .toList();
        return results.stream().filter(result -> cells.contains(result.cell())).toList();
    }

    String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("# " + study.title());
        lines.add("");
        lines.add(head());
        lines.add("|---|" + "---:|".repeat(study.columns().size() + 1));
        study.rows().forEach(row -> lines.add(line(row.name())));
        lines.add("");
        lines.add("Mean ± standard deviation over seeds %s%s; processor time is per seed, all stages together."
                .formatted(study.seeds(), otherSeeds()));
        missing(lines);
        if (!study.comparisons().isEmpty()) {
            lines.add("");
            study.comparisons().forEach(comparison -> lines.add("- " + compared(comparison)));
        }
        return String.join("\n", lines) + "\n";
    }

    private String otherSeeds() {
        return study.rows().stream()
                .filter(row -> row.seeds().isPresent())
                .map(row -> ", %s over %s".formatted(row.name(), study.seeds(row)))
                .collect(Collectors.joining());
    }

    private String head() {
        StringBuilder head = new StringBuilder("| |");
        study.columns()
                .forEach(column -> head.append(' ').append(column.title()).append(" |"));
        return head + " CPU minutes |";
    }

    private String line(String row) {
        StringBuilder line = new StringBuilder("| " + row + " |");
        for (Study.Column column : study.columns()) {
            line.append(' ').append(spread(row, column).text(column.digits())).append(" |");
        }
        return line + " " + cpuMinutes(row) + " |";
    }

    private String cpuMinutes(String row) {
        List<CellResult> own = of(row);
        long seeds = own.stream().map(result -> result.cell().seed()).distinct().count();
        double seconds = own.stream().mapToDouble(CellResult::cpuSeconds).sum();
        return seeds == 0 ? "—" : String.format(Locale.ROOT, "%.1f", seconds / 60 / seeds);
    }

    private void missing(List<String> lines) {
        long done = study.cells().stream()
                .filter(cell ->
                        results.stream().anyMatch(result -> result.cell().equals(cell)))
                .count();
        int all = study.cells().size();
        if (done < all) {
            lines.add("**Unfinished: %d of %d cells are done.**".formatted(done, all));
        }
    }

    private String compared(Study.Comparison comparison) {
        Study.Column column = study.columns().stream()
                .filter(each -> each.title().equals(comparison.column()))
                .findFirst()
                .orElseThrow();
        String row = best(comparison.rows(), column);
        String against = best(comparison.against(), column);
        Spread left = spread(row, column);
        Spread right = spread(against, column);
        if (left.count() == 0 || right.count() == 0) {
            return "%s: %s against %s: not measured yet.".formatted(column.title(), row, against);
        }
        double gap = left.gap(right);
        String number = "%+." + column.digits() + "f";
        return String.format(
                        Locale.ROOT,
                        "%s: %s against %s " + number,
                        column.title(),
                        row,
                        against,
                        left.mean() - right.mean())
                + (Double.isNaN(gap)
                        ? " (too few seeds for a spread)."
                        : String.format(Locale.ROOT, ", %.1f standard deviations of one run.", Math.abs(gap)));
    }

    private String best(List<String> rows, Study.Column column) {
        Comparator<String> byMean = Comparator.comparingDouble(row -> {
            double mean = spread(row, column).mean();
            return Double.isNaN(mean) ? Double.NEGATIVE_INFINITY : column.higherIsBetter() ? mean : -mean;
        });
        return rows.stream().max(byMean).orElseThrow();
    }
}
