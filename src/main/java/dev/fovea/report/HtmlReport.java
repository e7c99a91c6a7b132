package dev.fovea.report;

import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code report.html} of one run: results, curves, pictures, recipe, environment. It can be written while the run goes on. */
public final class HtmlReport {
    /** Earlier states of a picture that are shown beside the last one. */
    private static final int EARLIER = 5;

    private static final int MOST_CARDS = 6;

    private final RunRecord run;
    private final Page page;
    private final Html html;

    private HtmlReport(RunRecord run) {
        this.run = run;
        this.page = new Page("fovea · " + run.name());
        this.html = page.body();
    }

    /** Reads the folder and writes the report into it; gives back its file. */
    public static Path write(Path folder) throws IOException {
        return write(folder, folder.resolve("report.html"));
    }

    /** The same into another file. */
    public static Path write(Path folder, Path file) throws IOException {
        HtmlReport report = new HtmlReport(RunRecord.read(folder));
        report.header();
        report.results();
        report.curves();
        report.pictures();
        report.recipe();
        report.environment();
        report.page.write(file);
        return file;
    }

    private void header() throws IOException {
        Map<String, String> settings = run.recipe().isEmpty() ? Map.of() : run.settings();
        List<String> chips = new ArrayList<>();
        addChip(chips, "task", run.facts().path("task").asText(""));
        for (String part : List.of("objective.type", "backbone.type", "data.source.kind", "run.globalBatch")) {
            addChip(chips, part.replaceAll("\\.(type|kind)$", "").replace("run.", ""), settings.getOrDefault(part, ""));
        }
        if (!run.rows().isEmpty()) {
            MetricRow last = run.rows().get(run.rows().size() - 1);
            addChip(chips, "step", Metric.number(last.step()));
            addChip(chips, "epoch", Metric.number(last.epoch()));
        }
        html.element("header", () -> {
            html.element("p class=\"brand\"", "fovea · run report");
            html.element("h1", run.name());
            html.element("p class=\"chips\"", () -> chips.forEach(html::raw));
        });
    }

    private static void addChip(List<String> chips, String name, String value) {
        if (!value.isEmpty()) {
            chips.add("<span>%s <b>%s</b></span>".formatted(Html.escape(name), Html.escape(value)));
        }
    }

    private void results() {
        List<Metric> metrics = Metric.of(run.rows());
        html.element("section", () -> {
            html.element("h2", "Results");
            if (metrics.isEmpty()) {
                html.element("p class=\"muted\"", "No metrics have been written yet.");
                return;
            }
            html.element("div class=\"cards\"", () -> metrics.stream()
                    .filter(metric -> metric.rank() < Metric.LEAST_RANK)
                    .limit(MOST_CARDS)
                    .forEach(this::card));
            List<List<Html.Cell>> rows = new ArrayList<>();
            metrics.forEach(metric -> rows.add(resultRow(metric)));
            html.table("numbers", List.of("metric", "last", "best", "at step", "median"), rows);
        });
    }

    private void card(Metric metric) {
        MetricRow shown = metric.isOfTraining() ? metric.last(run.rows()) : metric.best(run.rows());
        if (shown != null) {
            html.element("div class=\"card\"", () -> {
                html.element("span", metric.title());
                html.element("b", metric.text(metric.value(shown)));
                html.element(
                        "i", (metric.isOfTraining() ? "last, step " : "best, step ") + Metric.number(shown.step()));
            });
        }
    }

    private List<Html.Cell> resultRow(Metric metric) {
        Series values = metric.series(run.rows(), "", false);
        MetricRow best = metric.isOfTraining() ? null : metric.best(run.rows());
        return Html.Cell.row(List.of(
                metric.title(),
                metric.text(values.last()),
                best == null ? "" : metric.text(metric.value(best)),
                best == null ? "" : Metric.number(best.step()),
                metric.text(values.median())));
    }

    private void curves() {
        List<Metric> metrics = Metric.of(run.rows()).stream()
                .filter(metric -> metric.isCurve(run.rows()))
                .toList();
        if (metrics.isEmpty()) {
            return;
        }
        html.element("section", () -> {
            html.element("h2", "Curves");
            charts(metrics.stream().filter(Metric::isScore).toList());
            List<Metric> others = metrics.stream().filter(m -> !m.isScore()).toList();
            if (!others.isEmpty()) {
                html.element("h3", "Conditions");
                charts(others);
            }
        });
    }

    private void charts(List<Metric> metrics) {
        html.element(
                "div class=\"charts\"",
                () -> metrics.forEach(metric -> {
                    Series curve = metric.series(run.rows(), metric.name(), false);
                    html.raw(new SvgChart(metric.title(), metric, "step", List.of(curve)).figure());
                }));
    }

    private void pictures() throws IOException {
        if (run.pictures().isEmpty()) {
            return;
        }
        html.raw("<section>").element("h2", "Pictures");
        for (List<RunRecord.Picture> states : run.pictures().values()) {
            figure(states.get(states.size() - 1), "last");
            if (states.size() > 1) {
                html.raw("<details>").element("summary", "Earlier: how it came to this");
                html.raw("<div class=\"earlier\">");
                for (RunRecord.Picture state : earlier(states)) {
                    figure(state, "small");
                }
                html.raw("</div></details>");
            }
        }
        html.raw("</section>\n");
    }

    /** A few states before the last one, evenly spread. */
    private static List<RunRecord.Picture> earlier(List<RunRecord.Picture> states) {
        int before = states.size() - 1;
        int shown = Math.min(before, EARLIER);
        List<RunRecord.Picture> chosen = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            chosen.add(states.get(i * before / shown));
        }
        return chosen;
    }

    private void figure(RunRecord.Picture picture, String style) throws IOException {
        String title = picture.name().replace('-', ' ');
        String uri = Page.dataUri(picture.file());
        html.element("figure class=\"picture " + style + "\"", () -> {
            html.element("figcaption", () -> {
                html.element("b", title);
                html.raw(" <i>step ")
                        .text(Metric.number(picture.step()))
                        .raw("</i> ")
                        .text(picture.caption());
            });
            html.raw("<img alt=\"%s\" src=\"%s\">".formatted(Html.escape(title), uri));
        });
    }

    private void recipe() {
        if (!run.recipe().isEmpty()) {
            html.element("section", () -> {
                html.element("h2", "Recipe");
                html.element("details open", () -> {
                    html.element("summary", "recipe.yaml, every value spelt out");
                    html.raw("<pre class=\"yaml\">" + Yaml.highlighted(run.recipe()) + "</pre>");
                });
            });
        }
    }

    private void environment() {
        Map<String, String> facts = run.flatFacts();
        if (!facts.isEmpty()) {
            html.element("section", () -> {
                html.element("h2", "Environment");
                List<List<Html.Cell>> rows = new ArrayList<>();
                facts.forEach((name, value) -> rows.add(Html.Cell.row(List.of(name, value))));
                html.table("facts", List.of("fact", "value"), rows);
            });
        }
    }
}
