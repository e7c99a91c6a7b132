package dev.fovea.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Stroke;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Curves as a picture, for files that stand alone; reports draw theirs with {@link SvgChart}. */
public final class Curves {
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 44;
    private static final int BOTTOM = 76;
    private static final int LEGEND_GAP = 24;
    private static final int MOST_POINTS = 2000;
    private static final int FEW_POINTS = 40;
    private static final Stroke BOLD = new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final Stroke FINE = new BasicStroke(1f);

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Series> series = new ArrayList<>();

    public Curves(String title, String xTitle, String yTitle) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    public Curves add(Series curve) {
        series.add(curve.thinned(MOST_POINTS));
        return this;
    }

    public BufferedImage draw(int width, int height) {
        BufferedImage sheet = Ink.sheet(width, height);
        Graphics2D pen = Ink.pen(sheet);
        Plot plot = new Plot(Axis.across(series), Axis.up(series, false), width - LEFT - RIGHT, height - TOP - BOTTOM);
        Ink.text(pen, title, Ink.Style.HEAD, Ink.TEXT, LEFT, 20, 0);
        Ink.text(pen, yTitle, Ink.Style.NOTE, Ink.MUTED, LEFT, 36, 0);
        drawGrid(pen, plot);
        for (int i = 0; i < series.size(); i++) {
            drawCurve(pen, plot, series.get(i), Palette.series(i));
        }
        Ink.text(pen, xTitle, Ink.Style.NOTE, Ink.MUTED, LEFT + plot.width / 2.0, height - BOTTOM + 36, 0.5);
        drawLegend(pen, height - 16);
        pen.dispose();
        return sheet;
    }

    private record Plot(Axis across, Axis up, int width, int height) {
        double x(double value) {
            return LEFT + across.place(value) * width;
        }

        double y(double value) {
            return TOP + (1 - up.place(value)) * height;
        }
    }

    private static void drawGrid(Graphics2D pen, Plot plot) {
        pen.setStroke(FINE);
        int bottom = TOP + plot.height;
        for (double tick : plot.up.ticks(6)) {
            double y = plot.y(tick);
            pen.setColor(Ink.LINE);
            pen.draw(new Line2D.Double(LEFT, y, LEFT + plot.width, y));
            Ink.text(pen, Metric.shortest(tick), Ink.Style.NOTE, Ink.MUTED, LEFT - 8, y + 4, 1);
        }
        for (double tick : plot.across.ticks(8)) {
            double x = plot.x(tick);
            pen.setColor(Ink.MUTED);
            pen.draw(new Line2D.Double(x, bottom, x, bottom + 4));
            Ink.text(pen, Metric.shortest(tick), Ink.Style.NOTE, Ink.MUTED, x, bottom + 18, 0.5);
        }
        pen.setColor(Ink.MUTED);
        pen.draw(new Line2D.Double(LEFT, bottom, LEFT + plot.width, bottom));
    }

    private void drawCurve(Graphics2D pen, Plot plot, Series curve, Color colour) {
        pen.setStroke(BOLD);
        pen.setColor(colour);
        pen.draw(path(plot, curve));
        for (int i = 0; curve.x().length <= FEW_POINTS && i < curve.x().length; i++) {
            if (plot.up.holds(curve.y()[i])) {
                pen.fillOval((int) plot.x(curve.x()[i]) - 3, (int) plot.y(curve.y()[i]) - 3, 7, 7);
            }
        }
    }

    private static Path2D path(Plot plot, Series curve) {
        Path2D path = new Path2D.Double();
        boolean gap = true;
        for (int i = 0; i < curve.x().length; i++) {
            if (!plot.up.holds(curve.y()[i])) {
                gap = true;
            } else if (gap) {
                path.moveTo(plot.x(curve.x()[i]), plot.y(curve.y()[i]));
                gap = false;
            } else {
                path.lineTo(plot.x(curve.x()[i]), plot.y(curve.y()[i]));
            }
        }
        return path;
    }

    private void drawLegend(Graphics2D pen, int y) {
        int x = LEFT;
        for (int i = 0; i < series.size(); i++) {
            pen.setColor(Palette.series(i));
            pen.fillRoundRect(x, y - 7, 16, 4, 4, 4);
            Ink.text(pen, series.get(i).name(), Ink.Style.BODY, Ink.TEXT, x + 22, y, 0);
            x += 22 + Ink.width(series.get(i).name(), Ink.Style.BODY) + LEGEND_GAP;
        }
    }
}
