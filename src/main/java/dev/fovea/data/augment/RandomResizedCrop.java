package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * A box of random area and aspect ratio, resized to a square (torchvision 0.14 {@code RandomResizedCrop}).
 *
 * @param area least and greatest share of the image's area
 * @param ratio least and greatest width / height
 * @param clampInsteadOfRetry one draw whose sides are cut to the image, no retry (facebookresearch/mae
 *     {@code util/crop.py}, linear probe); otherwise up to ten draws, then the whole image within the ratio bounds
 */
public record RandomResizedCrop(int size, Range area, Range ratio, Filter filter, boolean clampInsteadOfRetry)
        implements SampleTransform<Image, Image> {
    public static final Range DEFAULT_RATIO = new Range(3.0 / 4, 4.0 / 3);
    private static final int ATTEMPTS = 10;

    public RandomResizedCrop(int size, Range area, Filter filter) {
        this(size, area, DEFAULT_RATIO, filter, false);
    }

    @Override
    public Image apply(Image image, Rng rng) {
        return Resize.crop(image, draw(image.height(), image.width(), rng), size, size, filter);
    }

    /** The box for an image of this size. */
    public Box draw(int height, int width, Rng rng) {
        for (int attempt = 0; attempt < (clampInsteadOfRetry ? 1 : ATTEMPTS); attempt++) {
            double target = (double) height * width * rng.uniform(area.low(), area.high());
            double aspect = drawAspect(rng);
            int w = (int) Math.rint(Math.sqrt(target * aspect));
            int h = (int) Math.rint(Math.sqrt(target / aspect));
            if (clampInsteadOfRetry) {
                w = Math.min(w, width);
                h = Math.min(h, height);
            }
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int top = rng.integer(0, height - h + 1);
                int left = rng.integer(0, width - w + 1);
                return new Box(top, left, h, w);
            }
        }
        return centre(height, width);
    }

    /** Uniform between the logarithms of the bounds, which torch keeps in single precision. */
    private double drawAspect(Rng rng) {
        double log = rng.uniform((float) Math.log((float) ratio.low()), (float) Math.log((float) ratio.high()));
        return (float) Math.exp(log);
    }

    private Box centre(int height, int width) {
        double shape = (double) width / height;
        int w = width, h = height;
        if (shape < ratio.low()) {
            h = Math.max(1, (int) Math.rint(w / ratio.low()));
        } else if (shape > ratio.high()) {
            w = Math.max(1, (int) Math.rint(h * ratio.high()));
        }
        return new Box((height - h) / 2, (width - w) / 2, h, w);
    }
}
