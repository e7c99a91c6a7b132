package dev.fovea.data.augment;

import dev.fovea.data.Image;

/**
 * A box into which images are scaled with their shape kept: the longer side is at most {@code longSide}, the shorter at
 * most {@code shortSide}, one of them exactly (mmcv {@code imrescale}; mmsegmentation's img_scale).
 */
public record ScaleBox(int longSide, int shortSide) {
    public ScaleBox {
        if (shortSide < 1 || longSide < shortSide) {
            throw new IllegalArgumentException(
                    "scale box long side %d, short side %d: long is at least short, short at least 1"
                            .formatted(longSide, shortSide));
        }
    }

    /** The box of the image itself. */
    public static ScaleBox of(Image image) {
        return new ScaleBox(Math.max(image.width(), image.height()), Math.min(image.width(), image.height()));
    }

    /** Both sides multiplied and cut to whole pixels. */
    public ScaleBox times(double factor) {
        return new ScaleBox(Math.max(1, (int) (longSide * factor)), Math.max(1, (int) (shortSide * factor)));
    }

    /** How much an image of this size grows. */
    public double factor(int width, int height) {
        return Math.min((double) longSide / Math.max(width, height), (double) shortSide / Math.min(width, height));
    }

    /** A side after scaling, rounded. */
    public static int scaled(int side, double factor) {
        return Math.max(1, (int) (side * factor + 0.5));
    }

    public Image fit(Image image) {
        double factor = factor(image.width(), image.height());
        return CvResize.linear(image, scaled(image.width(), factor), scaled(image.height(), factor));
    }
}
