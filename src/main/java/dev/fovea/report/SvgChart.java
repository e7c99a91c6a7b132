package dev.fovea.report;

import java.util.List;
import java.util.Locale;

/** Curves as SVG inside a page; its colours follow the page, light or dark. */
final class SvgChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 300;
    private static final int LEFT = 58;
    private static final int RIGHT = 26;
    private static final int TOP = 12;
    private static final int BOTTOM = 40;
    private static final int MOST_POINTS = 700;
    private static final int FEW_POINTS = 40;

    private final String title;
    private final Metric metric;
    private final String xTitle;
    private final List<Series> series;
    private final Axis across;
    private final Axis up;

    SvgChart(String title, Metric metric, String xTitle, List<Series> series) {
        this.title = title;
        this.metric = metric;
        this.xTitle = xTitle;
        this.series = series.stream().map(curve -> curve.thinned(MOST_POINTS)).toList();
        this.across = Axis.across(this.series);
        this.up = Axis.up(this.series, metric.isLoss());
    }

    /** A figure: title, curves, and a legend with the last values. */
    String figure() {
        Html html = new Html();
        html.element("figure class=\"chart\"", () -> {
            html.element("figcaption", () -> {
                html.element("b", title);
                html.raw(up.logarithmic() ? " <i>logarithmic</i>" : "");
            });
            html.raw(svg());
            html.element("div class=\"legend\"", () -> {
                for (int i = 0; i < series.size(); i++) {
                    if (series.get(i).x().length == 0) {
                        continue;
                    }
                    html.raw("<span><i style=\"background:%s\"></i>".formatted(colour(i)));
                    html.text(series.size() > 1 ? series.get(i).name() + "  " : "last  ");
                    html.element("b", metric.text(series.get(i).last()));
                    html.raw("</span>");
                }
            });
        });
        return html.toString();
    }

    private String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, HEIGHT, Html.escape(title)));
        grid(svg);
        for (int i = 0; i < series.size(); i++) {
            if (series.get(i).x().length > 0) {
                curve(svg, series.get(i), colour(i));
            }
        }
        return svg.append("</svg>").toString();
    }

    private void grid(StringBuilder svg) {
        for (double tick : up.ticks(5)) {
            double y = y(tick);
            svg.append(format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 8, y + 4, Html.escape(metric.tick(tick))));
        }
        int base = HEIGHT - BOTTOM;
        for (double tick : across.ticks(7)) {
            double x = x(tick);
            svg.append(
                    format("<line class=\"tick\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, base, base + 4));
            svg.append(format("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, base + 18, place(tick)));
        }
        svg.append(format(
                "<line class=\"tick\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>", LEFT, WIDTH - RIGHT, base, base));
        svg.append(format(
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 4, Html.escape(xTitle)));
    }

    private void curve(StringBuilder svg, Series curve, String colour) {
        boolean few = curve.x().length <= FEW_POINTS;
        double weight = few || !metric.isLoss() ? 0 : curve.fittingWeight();
        if (weight > 0) {
            svg.append("<path class=\"raw\" stroke=\"%s\" d=\"%s\"/>".formatted(colour, path(curve)));
        }
        svg.append("<path class=\"curve\" stroke=\"%s\" d=\"%s\"/>".formatted(colour, path(curve.smoothed(weight))));
        for (int i = 0; few && i < curve.x().length; i++) {
            if (up.holds(curve.y()[i])) {
                String tip = "%s at %s %s".formatted(metric.text(curve.y()[i]), xTitle, place(curve.x()[i]));
                svg.append(format(
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>%s</title></circle>",
                        x(curve.x()[i]), y(curve.y()[i]), colour, Html.escape(curve.name() + ": " + tip)));
            }
        }
    }

    /** A move to each point after a gap, a line to each other. */
    private String path(Series curve) {
        StringBuilder path = new StringBuilder();
        boolean gap = true;
        for (int i = 0; i < curve.x().length; i++) {
            if (!up.holds(curve.y()[i])) {
                gap = true;
                continue;
            }
            path.append(format("%s%.1f %.1f", gap ? "M" : "L", x(curve.x()[i]), y(curve.y()[i])));
            gap = false;
        }
        return path.toString();
    }

    private double x(double value) {
        return LEFT + across.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String place(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) value).replace(',', '\u202f')
                : Metric.number(value);
    }

    private static String colour(int i) {
        return "#%06x".formatted(Palette.series(i).getRGB() & 0xffffff);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
