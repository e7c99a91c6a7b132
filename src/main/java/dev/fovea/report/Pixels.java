package dev.fovea.report;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.augment.Normalize;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.bytedeco.pytorch.Tensor;

/** The one place where the project's images become pictures that Java can draw. */
public final class Pixels {
    private static final double IGNORED_VEIL = 0.8;
    private static final double BACKGROUND_SHADE = 0.35;
    private static final double TINT = 0.68;

    private Pixels() {}

    public static BufferedImage of(Image image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2));
            }
        }
        return picture;
    }

    /** A normalised image {@code [3, H, W]}, brought back to bytes. */
    public static BufferedImage of(Tensor image, Normalize normalize) {
        long[] shape = Shapes.of(image);
        if (shape.length != 3 || shape[0] != Image.CHANNELS) {
            throw new IllegalArgumentException("a picture needs shape 3xHxW, not " + Shapes.text(shape));
        }
        return of(normalize.undo(
                new FloatImage(Image.CHANNELS, (int) shape[1], (int) shape[2], Tensors.toFloats(image))));
    }

    /** Label numbers {@code [H, W]} as a label map. */
    public static LabelMap labels(Tensor labels) {
        long[] shape = Shapes.of(labels);
        if (shape.length != 2) {
            throw new IllegalArgumentException("labels need shape HxW, not " + Shapes.text(shape));
        }
        return new LabelMap((int) shape[1], (int) shape[0], Tensors.toBytes(labels));
    }

    /** Every pixel in the colour of its class. */
    public static BufferedImage of(LabelMap labels, Palette palette) {
        BufferedImage picture = new BufferedImage(labels.width(), labels.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < labels.height(); y++) {
            for (int x = 0; x < labels.width(); x++) {
                picture.setRGB(x, y, palette.colour(labels.at(x, y)).getRGB());
            }
        }
        return picture;
    }

    /** The image, greyed a little, with the colours of the classes laid over it. */
    public static BufferedImage overlay(BufferedImage image, LabelMap labels, Palette palette) {
        requireSameSize(image, labels);
        BufferedImage picture = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                picture.setRGB(x, y, tinted(new Color(image.getRGB(x, y)), labels.at(x, y), palette));
            }
        }
        return picture;
    }

    private static int tinted(Color below, int label, Palette palette) {
        if (label == LabelMap.IGNORE) {
            return blend(grey(below), Palette.IGNORED, IGNORED_VEIL);
        }
        return palette.covers(label)
                ? blend(grey(below), palette.colour(label), TINT)
                : blend(below, Color.BLACK, BACKGROUND_SHADE);
    }

    /** Enlarged by a whole factor without blur, or reduced smoothly, so that its width comes near the wanted one. */
    static BufferedImage scaled(BufferedImage image, int wanted) {
        double ratio = (double) wanted / image.getWidth();
        double factor = ratio >= 1 ? Math.round(ratio) : ratio > 0.7 ? 1 : ratio;
        int width = (int) Math.max(1, Math.round(image.getWidth() * factor));
        int height = (int) Math.max(1, Math.round(image.getHeight() * factor));
        BufferedImage now = image;
        while (factor < 1 && now.getWidth() > 2 * width) {
            now = drawn(now, now.getWidth() / 2, Math.max(1, now.getHeight() / 2), true);
        }
        return drawn(now, width, height, factor < 1);
    }

    /** A picture of its own. */
    static BufferedImage copy(BufferedImage image) {
        BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = copy.createGraphics();
        pen.drawImage(image, 0, 0, null);
        pen.dispose();
        return copy;
    }

    static void requireSameSize(BufferedImage image, LabelMap labels) {
        requireSameSize(image, "labels", labels.width(), labels.height());
    }

    static void requireSameSize(BufferedImage image, Panoptic cut) {
        requireSameSize(image, "segments", cut.width(), cut.height());
    }

    private static void requireSameSize(BufferedImage image, String what, int width, int height) {
        if (image.getWidth() != width || image.getHeight() != height) {
            throw new IllegalArgumentException("%s of %d x %d do not fit an image of %d x %d"
                    .formatted(what, width, height, image.getWidth(), image.getHeight()));
        }
    }

    static int blend(Color below, Color above, double share) {
        return mix(below.getRed(), above.getRed(), share) << 16
                | mix(below.getGreen(), above.getGreen(), share) << 8
                | mix(below.getBlue(), above.getBlue(), share);
    }

    private static int mix(int below, int above, double share) {
        return (int) Math.round(below + (above - below) * share);
    }

    static Color grey(Color colour) {
        int value = (int) (0.3 * colour.getRed() + 0.59 * colour.getGreen() + 0.11 * colour.getBlue());
        return new Color(value, value, value);
    }

    private static BufferedImage drawn(BufferedImage image, int width, int height, boolean smooth) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = scaled.createGraphics();
        pen.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                smooth
                        ? RenderingHints.VALUE_INTERPOLATION_BILINEAR
                        : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        pen.drawImage(image, 0, 0, width, height, null);
        pen.dispose();
        return scaled;
    }

    /** Segments as COCO's panoptic maps spell them: red + 256 green + 65536 blue is the id, black is none. */
    public static BufferedImage ids(Panoptic cut) {
        BufferedImage picture = new BufferedImage(cut.width(), cut.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < cut.ids().length; i++) {
            int id = cut.ids()[i];
            int rgb = (id & 0xFF) << 16 | id & 0xFF00 | id >> 16 & 0xFF;
            picture.setRGB(i % cut.width(), i / cut.width(), rgb);
        }
        return picture;
    }
}
