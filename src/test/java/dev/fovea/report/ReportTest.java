package dev.fovea.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportTest {
    @TempDir
    Path folder;

    @Test
    void theReportOfARunHoldsItsScoresCurvesPicturesAndRecipe() throws Exception {
        Path run = run("first", 1e-3, 0.5);

        String html = Files.readString(HtmlReport.write(run));

        assertThat(html).contains("<h1>first</h1>", "eval / mIoU", "<b>0.5000</b>", "best, step 40");
        assertThat(html).contains("<b>lr</b>: 0.001", "starts[0].cores", "Validation images");
        assertThat(count(html, "<svg ")).isEqualTo(3);
        Matcher picture =
                Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"").matcher(html);
        assertThat(picture.find()).isTrue();
        byte[] png = Base64.getDecoder().decode(picture.group(1));
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(20);
    }

    @Test
    void theReportNeedsNothingOutsideItself() throws Exception {
        String html = Files.readString(HtmlReport.write(run("alone", 1e-3, 0.5)));
        assertThat(html).doesNotContain("<script", "<link", "@import", "url(", "http://", "https://");
    }

    @Test
    void everyElementIsClosedWhereItWasOpened() throws Exception {
        Path first = run("first", 1e-3, 0.5);
        Path page = folder.resolve("compare.html");
        CompareReport.write(List.of(first, run("second", 2e-3, 0.6)), page);

        assertThat(parsed(HtmlReport.write(first)).getElementsByTagName("table").getLength())
                .isEqualTo(2);
        assertThat(parsed(page).getElementsByTagName("table").getLength()).isEqualTo(2);
    }

    @Test
    void textFromTheRunCannotBecomeMarkup() throws Exception {
        Path run = run("first", 1e-3, 0.5);
        Files.writeString(run.resolve("recipe.yaml"), "name: <script>alert(1)</script> & \"more\"\n");
        String html = Files.readString(HtmlReport.write(run));
        assertThat(html).doesNotContain("<script").contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more");
    }

    @Test
    void aReportCanBeWrittenBeforeTheFirstMetric() throws Exception {
        Path run = Files.createDirectories(folder.resolve("young"));
        Files.writeString(run.resolve("recipe.yaml"), "seed: 1\n");
        assertThat(Files.readString(HtmlReport.write(run))).contains("No metrics have been written yet.");
    }

    @Test
    void aFolderThatIsNoRunIsRefused() {
        assertThatThrownBy(() -> HtmlReport.write(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder + " is no run folder: it has neither recipe.yaml nor metrics.jsonl");
    }

    @Test
    void aComparisonMarksTheBestOfEachScoreAndShowsWhereRecipesDiffer() throws Exception {
        Path page = folder.resolve("compare.html");
        CompareReport.write(List.of(run("first", 1e-3, 0.5), run("second", 2e-3, 0.6)), page);

        String html = Files.readString(page);
        assertThat(html).contains("<td class=\"best\">0.6000</td>").doesNotContain("<td class=\"best\">0.5000</td>");
        assertThat(html).contains("<td>optimizer.lr</td><td>0.001</td><td>0.002</td>");
        assertThat(html).doesNotContain("<td>optimizer.weightDecay</td>");
        assertThat(count(html, "<svg ")).isEqualTo(3);
    }

    @Test
    void pretrainingLossStandsBesideTheScoreOfWhatCameFromIt() throws Exception {
        Path page = folder.resolve("compare.html");
        CompareReport.write(
                List.of(
                        staged("fine-a", "classify", 0.5),
                        staged("pre-a", "pretrain", 0.1),
                        staged("pre-b", "pretrain", 0.2),
                        staged("fine-b", "classify", 0.6)),
                page);

        List<String> figures = figures(page, "Convergence");
        assertThat(figures).hasSize(2);
        assertThat(figures.get(0))
                .contains("<b>pretrain: train / loss</b>", ">epoch<")
                .containsPattern("pre-a  <b>.*pre-b  <b>")
                .doesNotContain("fine-");
        assertThat(figures.get(1))
                .contains("<b>classify: eval / mIoU</b>", ">epoch<")
                .containsPattern("fine-a  <b>0.5000.*fine-b  <b>0.6000")
                .doesNotContain("pre-");
        assertThat(colours(figures.get(0))).doesNotContainAnyElementsOf(colours(figures.get(1)));
    }

    @Test
    void lossesOfDifferentStagesShareNoPlotAndNoTable() throws Exception {
        Path page = folder.resolve("compare.html");
        CompareReport.write(List.of(staged("pre", "pretrain", 0.1), staged("fine", "classify", 0.5)), page);

        assertThat(figures(page, "Curves"))
                .anyMatch(figure -> figure.contains("<b>train / loss</b>") && figure.contains(">fine: "))
                .noneMatch(figure -> figure.contains(">pre: ") && figure.contains(">fine: "));
        assertThat(Files.readString(page)).doesNotContain("class=\"best\"");
    }

    @Test
    void withoutARunFromItAScoreMeasuredWhilePretrainingStandsBesideTheLoss() throws Exception {
        Path page = folder.resolve("compare.html");
        CompareReport.write(List.of(staged("a", "pretrain", 0.1), staged("b", "pretrain", 0.2)), page);
        assertThat(figures(page, "Convergence")).hasSize(2).last().asString().contains("<b>pretrain: eval / mIoU</b>");
        CompareReport.write(List.of(staged("a", "segment", 0.1), staged("b", "segment", 0.2)), page);
        assertThat(Files.readString(page)).doesNotContain("Convergence");
    }

    /** What training measures as it goes stands among the scores, how fast and how heavy it is does not. */
    @Test
    void accuraciesOfTrainingAreScores() {
        for (String name : List.of("loss", "accuracy", "box_iou", "codesUsed", "patchAccuracy")) {
            assertThat(new Metric("train", name).isScore()).as(name).isTrue();
        }
        for (String name : List.of("lr", "gradNorm", "imagesPerSecond")) {
            assertThat(new Metric("train", name).isScore()).as(name).isFalse();
        }
        assertThat(new Metric("eval", "codes_used").isScore()).isTrue();
    }

    @Test
    void theLossComesFirstThenEvaluationsThenTheRest() {
        MetricRow train = new MetricRow(1, 1, "train", orderedValues("lr", "aux.loss", "loss"));
        MetricRow eval = new MetricRow(1, 1, "eval", Map.of("mIoU", 0.0));
        assertThat(Metric.of(List.of(train, eval)).stream().map(Metric::title))
                .containsExactly("train / loss", "eval / mIoU", "train / lr", "train / aux.loss");
        assertThat(new Metric("eval", "mIoU").isCurve(List.of(train, eval))).isFalse();
    }

    private static Map<String, Double> orderedValues(String... names) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String name : names) {
            values.put(name, 1.0);
        }
        return values;
    }

    @Test
    void runsOfTheSameNameAreToldApartByTheirParents() {
        assertThat(CompareReport.names(List.of(Path.of("/a/x/run"), Path.of("/a/y/run"))))
                .containsExactly("x/run", "y/run");
    }

    @Test
    void lossesThatAreNotFiniteLeaveAGapInTheCurve() throws Exception {
        double[] x = {1, 2, 3, 4, 5};
        double[] y = {3, 2, Double.NaN, 2, 1};
        String figure =
                new SvgChart("loss", new Metric("train", "loss"), "step", List.of(new Series("a", x, y))).figure();
        Matcher path = Pattern.compile("class=\"curve\"[^>]* d=\"([^\"]+)\"").matcher(figure);
        assertThat(path.find()).isTrue();
        assertThat(count(path.group(1), "M")).isEqualTo(2);
        assertThat(figure).doesNotContain("NaN");
    }

    @Test
    void axesAreMarkedWithRoundNumbers() {
        assertThat(new Axis(0, 2000, false).ticks(5)).containsExactly(0.0, 500.0, 1000.0, 1500.0, 2000.0);
        assertThat(new Axis(0.05, 20, true).ticks(5)).containsExactly(0.1, 1.0, 10.0);
        assertThat(new Axis(10, 1000, true).place(100)).isEqualTo(0.5);
        Metric lr = new Metric("train", "lr");
        assertThat(List.of(lr.tick(1.5e-4), lr.tick(0.3), lr.tick(0), lr.tick(2e6), lr.tick(1.25)))
                .containsExactly("1.5e-4", "0.3", "0", "2e6", "1.25");
    }

    @Test
    void valuesAreWrittenAsPeopleReadThem() {
        assertThat(new Metric("train", "memory").text(1.24e9)).isEqualTo("1.24 GB");
        assertThat(new Metric("eval", "seconds").text(125)).isEqualTo("2 min 05 s");
        assertThat(new Metric("eval", "mIoU").text(0.43214)).isEqualTo("0.4321");
        assertThat(new Metric("eval", "loss").text(Double.POSITIVE_INFINITY)).isEqualTo("∞");
    }

    private Path run(String name, double lr, double score) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(run.resolve("recipe.yaml"), "optimizer:\n  lr: %s\n  weightDecay: 0.05\n".formatted(lr));
        Files.writeString(run.resolve("run.json"), "{\"task\":\"segment\",\"starts\":[{\"cores\":2}]}");
        try (MetricLog log = MetricLog.create(run.resolve("metrics.jsonl"))) {
            for (int step = 10; step <= 40; step += 10) {
                Map<String, Double> values = new LinkedHashMap<>();
                values.put("loss", 1.0 / step);
                values.put("lr", lr);
                log.write(new MetricRow(step, step / 10.0, "train", values));
            }
            log.write(new MetricRow(20, 2, "eval", Map.of("mIoU", score / 2)));
            log.write(new MetricRow(40, 4, "eval", Map.of("mIoU", score)));
        }
        new Pictures(run.resolve("pictures")).write("segmentation", 40, Ink.sheet(20, 10), "Validation images");
        return run;
    }

    private Path staged(String name, String stage, double score) throws IOException {
        Path run = run(name, 1e-3, score);
        Files.writeString(run.resolve("recipe.yaml"), "stage: " + stage + "\n");
        return run;
    }

    /** The charts of the section with a heading. */
    private static List<String> figures(Path page, String heading) throws IOException {
        String html = Files.readString(page);
        String section = html.substring(html.indexOf("<h2>" + heading + "</h2>"));
        section = section.substring(0, section.indexOf("</section>"));
        return Pattern.compile("<figure class=\"chart\">.*?</figure>", Pattern.DOTALL)
                .matcher(section.replace("\n", " "))
                .results()
                .map(match -> match.group())
                .toList();
    }

    private static List<String> colours(String figure) {
        return Pattern.compile("stroke=\"(#[0-9a-f]{6})\"")
                .matcher(figure)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The page as XML, with its void elements closed. */
    private static Document parsed(Path page) throws Exception {
        String xml = Files.readString(page)
                .replaceFirst("<!doctype html>", "")
                .replaceAll("<(meta|img)([^>]*)>", "<$1$2/>")
                .replace("<details open>", "<details>");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.strip().getBytes(StandardCharsets.UTF_8)));
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
