package dev.fovea.report;

import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Several runs in one page: a table of their scores, their curves laid over each other, and where their recipes differ. */
public final class CompareReport {
    private static final String ABSENT = "—";

    private final List<RunRecord> runs = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Page page;
    private final Html html;

    private CompareReport(List<Path> folders) throws IOException {
        for (Path folder : folders) {
            runs.add(RunRecord.read(folder));
        }
        names.addAll(names(folders));
        page = new Page("fovea · comparison of " + String.join(", ", names));
        html = page.body();
    }

    /** Reads the run folders and writes the page. */
    public static void write(List<Path> folders, Path file) throws IOException {
        if (folders.isEmpty()) {
            throw new IllegalArgumentException("a comparison needs at least one run folder");
        }
        CompareReport report = new CompareReport(folders);
        report.header();
        report.scores();
        report.curves();
        report.differences();
        report.pictures();
        report.page.write(file);
    }

    /** Folder names; with as many of their parents as it takes to tell them apart. */
    static List<String> names(List<Path> folders) {
        for (int parts = 1; parts < 8; parts++) {
            List<String> names = new ArrayList<>();
            for (Path folder : folders) {
                Path full = folder.toAbsolutePath().normalize();
                int count = full.getNameCount();
                names.add(full.subpath(Math.max(0, count - parts), count).toString());
            }
            if (new HashSet<>(names).size() == names.size()) {
                return names;
            }
        }
        return folders.stream().map(Path::toString).toList();
    }

    private void header() {
        html.element("header", () -> {
            html.element("p class=\"brand\"", "fovea · comparison");
            html.element("h1", runs.size() == 1 ? names.get(0) : runs.size() + " runs");
            html.element("p class=\"chips\"", () -> {
                for (int i = 0; i < names.size(); i++) {
                    html.raw("<span><i class=\"dot\" style=\"background:#%06x\"></i>"
                            .formatted(Palette.series(i).getRGB() & 0xffffff));
                    html.element("b", names.get(i)).raw("</span>");
                }
            });
        });
    }

    private List<Metric> metrics() {
        Set<Metric> metrics = new LinkedHashSet<>();
        runs.forEach(run -> metrics.addAll(Metric.of(run.rows())));
        return Metric.ranked(metrics);
    }

    private void scores() {
        List<Metric> scores = metrics().stream().filter(Metric::isScore).toList();
        html.element("section", () -> {
            html.element("h2", "Scores");
            if (scores.isEmpty()) {
                html.element("p class=\"muted\"", "No metrics have been written yet.");
                return;
            }
            List<String> head = new ArrayList<>(List.of("run", "steps"));
            scores.forEach(metric -> head.add(metric.title()));
            List<List<Html.Cell>> rows = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                rows.add(scoreRow(i, scores));
            }
            html.table("numbers", head, rows);
            html.element("p class=\"muted\"", "Last values; the best of a column is bold.");
        });
    }

    private List<Html.Cell> scoreRow(int index, List<Metric> scores) {
        List<MetricRow> rows = runs.get(index).rows();
        List<Html.Cell> cells = new ArrayList<>();
        cells.add(Html.Cell.of(names.get(index)));
        cells.add(Html.Cell.of(
                rows.isEmpty()
                        ? ABSENT
                        : Metric.number(rows.get(rows.size() - 1).step())));
        for (Metric metric : scores) {
            MetricRow last = metric.last(rows);
            boolean best = last != null && runs.size() > 1 && isBest(metric, metric.value(last));
            cells.add(new Html.Cell(last == null ? ABSENT : metric.text(metric.value(last)), best));
        }
        return cells;
    }

    private boolean isBest(Metric metric, double value) {
        if (!Double.isFinite(value)) {
            return false;
        }
        int holders = 0;
        for (RunRecord run : runs) {
            MetricRow last = metric.last(run.rows());
            if (last != null) {
                holders++;
                if (metric.isBetter(metric.value(last), value)) {
                    return false;
                }
            }
        }
        return holders > 1;
    }

    private void curves() {
        List<Metric> metrics = metrics().stream()
                .filter(metric -> runs.stream().anyMatch(run -> metric.isCurve(run.rows())))
                .toList();
        if (metrics.isEmpty()) {
            return;
        }
        boolean epochs = runs.stream().allMatch(run -> run.rows().stream().anyMatch(row -> row.epoch() > 0));
        html.element("section", () -> {
            html.element("h2", "Curves");
            charts(metrics.stream().filter(Metric::isScore).toList(), epochs);
            List<Metric> others = metrics.stream().filter(m -> !m.isScore()).toList();
            if (!others.isEmpty()) {
                html.element("h3", "Conditions");
                charts(others, epochs);
            }
        });
    }

    private void charts(List<Metric> metrics, boolean epochs) {
        html.element("div class=\"charts\"", () -> metrics.forEach(metric -> chart(metric, epochs)));
    }

    private void chart(Metric metric, boolean epochs) {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            series.add(metric.series(runs.get(i).rows(), names.get(i), epochs));
        }
        html.raw(new SvgChart(metric, epochs ? "epoch" : "step", series).figure());
    }

    /** The settings that are not the same in all runs. */
    private void differences() throws IOException {
        Map<String, List<String>> table = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            if (!runs.get(i).recipe().isEmpty()) {
                for (Map.Entry<String, String> setting : runs.get(i).settings().entrySet()) {
                    table.computeIfAbsent(setting.getKey(), key -> absent()).set(i, setting.getValue());
                }
            }
        }
        List<List<Html.Cell>> rows = new ArrayList<>();
        table.forEach((name, values) -> {
            if (new HashSet<>(values).size() > 1) {
                List<String> row = new ArrayList<>(List.of(name));
                row.addAll(values);
                rows.add(Html.Cell.row(row));
            }
        });
        if (!rows.isEmpty()) {
            html.element("section", () -> {
                html.element("h2", "Where the recipes differ");
                List<String> head = new ArrayList<>(List.of("setting"));
                head.addAll(names);
                html.table("facts", head, rows);
            });
        }
    }

    private List<String> absent() {
        List<String> values = new ArrayList<>();
        runs.forEach(run -> values.add(ABSENT));
        return values;
    }

    /** The last state of each picture, run beside run. */
    private void pictures() throws IOException {
        Set<String> titles = new LinkedHashSet<>();
        runs.forEach(run -> titles.addAll(run.pictures().keySet()));
        for (String title : titles) {
            html.raw("<section>").element("h2", title.replace('-', ' ')).raw("<div class=\"beside\">");
            for (int i = 0; i < runs.size(); i++) {
                List<RunRecord.Picture> states = runs.get(i).pictures().getOrDefault(title, List.of());
                if (!states.isEmpty()) {
                    RunRecord.Picture last = states.get(states.size() - 1);
                    html.raw("<figure class=\"picture\"><figcaption>").element("b", names.get(i));
                    html.raw(" <i>step ")
                            .text(Metric.number(last.step()))
                            .raw("</i> ")
                            .text(last.caption());
                    html.raw("</figcaption><img alt=\"").text(title + " of " + names.get(i));
                    html.raw("\" src=\"" + Page.dataUri(last.file()) + "\"></figure>\n");
                }
            }
            html.raw("</div></section>\n");
        }
    }
}
