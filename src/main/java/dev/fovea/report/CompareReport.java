package dev.fovea.report;

import dev.fovea.report.ComparedRuns.Group;
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

    private final ComparedRuns compared;
    private final List<RunRecord> runs;
    private final List<String> names;
    private final List<Group> groups;
    private final Convergence convergence;
    private final Page page;
    private final Html html;

    private CompareReport(List<Path> folders) throws IOException {
        compared = ComparedRuns.read(folders);
        runs = compared.runs();
        names = compared.names();
        groups = compared.groups();
        convergence = new Convergence(compared, groups);
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
        if (report.convergence.isThere()) {
            report.convergence.write(report.html);
        }
        report.curves();
        report.differences();
        report.pictures();
        report.page.write(file);
    }

    /** Folder names; with as many of their parents as it takes to tell them apart. */
    public static List<String> names(List<Path> folders) {
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

    private void scores() {
        html.element("section", () -> {
            html.element("h2", "Scores");
            boolean any = false;
            for (Group group : groups) {
                any |= scores(group);
            }
            html.element(
                    "p class=\"muted\"",
                    any ? "Last values; the best of a column is bold." : "No metrics have been written yet.");
        });
    }

    private boolean scores(Group group) {
        List<Metric> scores =
                compared.metrics(group).stream().filter(Metric::isScore).toList();
        if (scores.isEmpty()) {
            return false;
        }
        heading(group);
        List<String> head = new ArrayList<>(List.of("run", "steps"));
        scores.forEach(metric -> head.add(metric.title()));
        List<List<Html.Cell>> rows = new ArrayList<>();
        group.members().forEach(i -> rows.add(scoreRow(i, group, scores)));
        html.table("numbers", head, rows);
        return true;
    }

    /** Groups are told apart only where there are several. */
    private void heading(Group group) {
        if (groups.size() > 1) {
            html.element("h3", group.stage().isEmpty() ? "no stage" : group.stage());
        }
    }

    private List<Html.Cell> scoreRow(int index, Group group, List<Metric> scores) {
        List<MetricRow> rows = compared.rows(index);
        List<Html.Cell> cells = new ArrayList<>();
        cells.add(Html.Cell.of(names.get(index)));
        cells.add(Html.Cell.of(
                rows.isEmpty()
                        ? ABSENT
                        : Metric.number(rows.get(rows.size() - 1).step())));
        for (Metric metric : scores) {
            MetricRow last = metric.last(rows);
            boolean best = last != null && compared.isBest(group, metric, metric.value(last));
            cells.add(new Html.Cell(last == null ? ABSENT : metric.text(metric.value(last)), best));
        }
        return cells;
    }

    private void curves() {
        if (groups.stream().allMatch(group -> compared.curves(group).isEmpty())) {
            return;
        }
        html.element("section", () -> {
            html.element("h2", "Curves");
            for (Group group : groups) {
                List<Metric> metrics = compared.curves(group).stream()
                        .filter(metric -> !convergence.shows(group, metric))
                        .toList();
                if (!metrics.isEmpty()) {
                    heading(group);
                    charts(group, metrics.stream().filter(Metric::isScore).toList());
                    conditions(group, metrics.stream().filter(m -> !m.isScore()).toList());
                }
            }
        });
    }

    private void conditions(Group group, List<Metric> metrics) {
        if (!metrics.isEmpty()) {
            html.element("h3", groups.size() > 1 ? group.stage() + ": conditions" : "Conditions");
            charts(group, metrics);
        }
    }

    private void charts(Group group, List<Metric> metrics) {
        html.element(
                "div class=\"charts\"",
                () -> metrics.forEach(metric -> html.raw(compared.chart(group, metric, metric.title()))));
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
