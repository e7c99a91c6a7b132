package dev.fovea.study;

import java.util.Arrays;
import java.util.Locale;

/** The results of a study as an SVG picture: one panel per column, one bar per row, a whisker of one standard deviation. */
final class StudyPlot {
    private static final int LABELS = 210;
    private static final int PANEL = 230;
    private static final int GAP = 90;
    private static final int BAR = 22;
    private static final int TOP = 52;
    private static final String[] COLOURS = {"#4c72b0", "#dd8452", "#55a868", "#c44e52", "#8172b3", "#937860"};

    private final Study study;
    private final StudyTable table;
    private final StringBuilder svg = new StringBuilder();

    StudyPlot(Study study, StudyTable table) {
        this.study = study;
        this.table = table;
    }

    String svg() {
        int width = LABELS + study.columns().size() * (PANEL + GAP);
        int height = TOP + study.rows().size() * BAR + 20;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                width,
                height,
                width,
                height));
        text(10, 20, "start", "bold", study.title());
        for (int i = 0; i < study.rows().size(); i++) {
            text(
                    LABELS - 8,
                    TOP + i * BAR + 15,
                    "end",
                    "normal",
                    study.rows().get(i).name());
        }
        for (int i = 0; i < study.columns().size(); i++) {
            panel(study.columns().get(i), LABELS + i * (PANEL + GAP));
        }
        return svg.append("</svg>\n").toString();
    }

    private void panel(Study.Column column, int left) {
        text(left, TOP - 8, "start", "bold", column.title());
        Spread[] spreads = study.rows().stream()
                .map(row -> table.spread(row.name(), column))
                .toArray(Spread[]::new);
        double most = Arrays.stream(spreads).mapToDouble(StudyPlot::top).max().orElse(1);
        double scale = most > 0 ? PANEL / most : 0;
        for (int i = 0; i < spreads.length; i++) {
            if (spreads[i].count() > 0) {
                bar(spreads[i], column, new Place(left, TOP + i * BAR, scale, COLOURS[i % COLOURS.length]));
            }
        }
    }

    private record Place(int left, int top, double scale, String colour) {}

    private void bar(Spread spread, Study.Column column, Place at) {
        double length = Math.max(0, spread.mean() * at.scale());
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                at.left(),
                at.top() + 3,
                length,
                BAR - 6,
                at.colour()));
        double half = spread.count() > 1 ? spread.deviation() * at.scale() : 0;
        if (half > 0) {
            double y = at.top() + BAR / 2.0;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#222\" stroke-width=\"1.5\"/>%n",
                    at.left() + length - half,
                    y,
                    at.left() + length + half,
                    y));
        }
        text((int) (at.left() + length + half + 5), at.top() + 15, "start", "normal", spread.text(column.digits()));
    }

    private static double top(Spread spread) {
        return spread.count() == 0 ? 0 : spread.mean() + (spread.count() > 1 ? spread.deviation() : 0);
    }

    private void text(int x, int y, String anchor, String weight, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n"
                .formatted(x, y, anchor, weight, escaped));
    }
}
