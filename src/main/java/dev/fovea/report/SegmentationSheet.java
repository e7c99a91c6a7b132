package dev.fovea.report;

import dev.fovea.data.LabelMap;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Segmentations beside the truth: image, truth, prediction, and where they differ. */
public final class SegmentationSheet {
    private static final Color WRONG = new Color(0xe5484d);
    private static final int LONGEST_LEGEND = 40;

    private final List<String> classNames;
    private final Palette palette;
    private final Grid grid;
    private final boolean truths;
    private final TreeSet<Integer> seen = new TreeSet<>();

    /** A sheet with truths and errors. */
    public SegmentationSheet(List<String> classNames) {
        this(classNames, true);
    }

    private SegmentationSheet(List<String> classNames, boolean truths) {
        this.classNames = List.copyOf(classNames);
        this.palette = Palette.of(classNames);
        this.truths = truths;
        this.grid = new Grid(
                truths ? List.of("image", "truth", "prediction", "errors") : List.of("image", "prediction", "classes"));
    }

    /** A sheet for images whose truth nobody knows. */
    public static SegmentationSheet withoutTruth(List<String> classNames) {
        return new SegmentationSheet(classNames, false);
    }

    /** One image; the caption may be empty. */
    public SegmentationSheet add(String caption, BufferedImage image, LabelMap truth, LabelMap prediction) {
        Pixels.requireSameSize(image, truth);
        Pixels.requireSameSize(image, prediction);
        note(truth);
        note(prediction);
        BufferedImage errors = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        long wrong = 0;
        long counted = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                boolean counts = truth.at(x, y) != LabelMap.IGNORE;
                boolean differs = counts && truth.at(x, y) != prediction.at(x, y);
                counted += counts ? 1 : 0;
                wrong += differs ? 1 : 0;
                errors.setRGB(x, y, error(new Color(image.getRGB(x, y)), counts, differs));
            }
        }
        String share = String.format(Locale.ROOT, "%.1f %% wrong", counted == 0 ? 0 : 100.0 * wrong / counted);
        grid.row(
                caption,
                List.of(
                        new Grid.Cell(image),
                        new Grid.Cell(Pixels.overlay(image, truth, palette)),
                        new Grid.Cell(Pixels.overlay(image, prediction, palette)),
                        new Grid.Cell(errors, share, null)));
        return this;
    }

    /** One image without a truth. */
    public SegmentationSheet add(String caption, BufferedImage image, LabelMap prediction) {
        Pixels.requireSameSize(image, prediction);
        note(prediction);
        grid.row(
                caption,
                List.of(
                        new Grid.Cell(image),
                        new Grid.Cell(Pixels.overlay(image, prediction, palette)),
                        new Grid.Cell(Pixels.of(prediction, palette))));
        return this;
    }

    public BufferedImage draw() {
        List<Grid.Swatch> legend = new ArrayList<>();
        for (int label : seen) {
            if (legend.size() < LONGEST_LEGEND) {
                legend.add(new Grid.Swatch(name(label), palette.colour(label)));
            }
        }
        if (truths) {
            legend.add(new Grid.Swatch("wrong", WRONG));
        }
        return grid.legend(legend).draw();
    }

    private String name(int label) {
        if (label == LabelMap.IGNORE) {
            return "ignored";
        }
        return label < classNames.size() ? classNames.get(label) : "class " + label;
    }

    private void note(LabelMap labels) {
        int[] pixels = labels.histogram();
        for (int label = 0; label < pixels.length; label++) {
            if (pixels[label] > 0) {
                seen.add(label);
            }
        }
    }

    private static int error(Color below, boolean counts, boolean differs) {
        if (!counts) {
            return Pixels.blend(below, Palette.IGNORED, 0.8);
        }
        return differs ? Pixels.blend(below, WRONG, 0.75) : Pixels.blend(below, Color.WHITE, 0.72);
    }
}
