package dev.fovea.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves as a picture, for files that stand alone; reports draw theirs with {@link SvgChart}. */
public final class Curves {
    private static final int MOST_POINTS = 2000;
    private static final int FEW_POINTS = 12;

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Series> series = new ArrayList<>();
    private boolean logarithmic;
    private double smoothing;

    public Curves(String title, String xTitle, String yTitle) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    public Curves add(Series curve) {
        series.add(curve);
        return this;
    }

    /**
     * A logarithmic y axis; values that are not positive leave a gap. XChart's own logarithmic axis names whole decades only:
     * logarithms on a linear axis can be read everywhere.
     */
    public Curves logarithmic() {
        logarithmic = true;
        return this;
    }

    /** Draws the smoothed curve over the pale original. */
    public Curves smoothing(double weight) {
        smoothing = weight;
        return this;
    }

    public BufferedImage draw(int width, int height) {
        XYChart chart = new XYChartBuilder()
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .width(width)
                .height(height)
                .build();
        style(chart);
        for (int i = 0; i < series.size(); i++) {
            Series curve = series.get(i);
            Color colour = Palette.series(i);
            if (smoothing > 0) {
                Color pale = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 70);
                add(chart, curve, curve.name() + " ", pale).setShowInLegend(false);
            }
            XYSeries drawn = add(chart, curve.smoothed(smoothing), curve.name(), colour);
            drawn.setMarker(curve.x().length <= FEW_POINTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    private XYSeries add(XYChart chart, Series curve, String name, Color colour) {
        Series thin = curve.thinned(MOST_POINTS);
        double[] y = thin.y().clone();
        for (int i = 0; i < y.length; i++) {
            double value = logarithmic ? Math.log10(y[i]) : y[i];
            y[i] = Double.isFinite(value) ? value : Double.NaN;
        }
        XYSeries drawn = chart.addSeries(name, thin.x(), y);
        drawn.setLineColor(colour);
        drawn.setMarkerColor(colour);
        drawn.setMarker(SeriesMarkers.NONE);
        drawn.setLineStyle(new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return drawn;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2g", value).contains("e")
                ? String.format(Locale.ROOT, "%.1e", value)
                : String.format(Locale.ROOT, value < 1 ? "%.3f" : "%.2f", value);
    }

    private void style(XYChart chart) {
        var styler = chart.getStyler();
        styler.setChartBackgroundColor(Ink.PAPER);
        styler.setPlotBackgroundColor(Ink.PAPER);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(new Color(0xe6e9ee));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTickMarksColor(Ink.LINE);
        styler.setAxisTickLabelsColor(Ink.MUTED);
        styler.setChartFontColor(Ink.TEXT);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLegendBorderColor(Ink.PAPER);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setXAxisMaxLabelCount(9);
        if (logarithmic) {
            styler.setyAxisTickLabelsFormattingFunction(power -> text(Math.pow(10, power)));
        }
        styler.setLegendVisible(series.size() > 1);
        styler.setMarkerSize(6);
    }
}
