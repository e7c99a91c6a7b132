package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * Fills a random box of a normalised image with normal noise, a new number for every value (Zhong et al. 2017; timm
 * 0.3.2 {@code data/random_erasing.py}, mode pixel).
 */
public record RandomErasing(double probability, Range area, Range aspect)
        implements SampleTransform<FloatImage, FloatImage> {
    private static final int ATTEMPTS = 10;

    /** timm's defaults: 2 % to a third of the image, sides up to 1 : 0.3. */
    public RandomErasing(double probability) {
        this(probability, new Range(0.02, 1.0 / 3), new Range(0.3, 1 / 0.3));
    }

    @Override
    public FloatImage apply(FloatImage image, Rng rng) {
        if (!rng.chance(probability)) {
            return image;
        }
        Box box = draw(image.height(), image.width(), rng);
        return box == null ? image : erase(image, box, rng);
    }

    /** A box that lies within the image, or {@code null} when ten draws gave none. */
    public Box draw(int height, int width, Rng rng) {
        Range logAspect = new Range(Math.log(aspect.low()), Math.log(aspect.high()));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double target = area.draw(rng) * height * width;
            double ratio = Math.exp(logAspect.draw(rng));
            int h = (int) Math.rint(Math.sqrt(target * ratio));
            int w = (int) Math.rint(Math.sqrt(target / ratio));
            if (h > 0 && w > 0 && h < height && w < width) {
                return new Box(rng.integer(0, height - h + 1), rng.integer(0, width - w + 1), h, w);
            }
        }
        return null;
    }

    public static FloatImage erase(FloatImage image, Box box, Rng noise) {
        float[] chw = image.chw().clone();
        for (int c = 0; c < image.channels(); c++) {
            for (int y = box.top(); y < box.top() + box.height(); y++) {
                int row = (c * image.height() + y) * image.width();
                for (int x = box.left(); x < box.left() + box.width(); x++) {
                    chw[row + x] = (float) noise.normal();
                }
            }
        }
        return new FloatImage(image.channels(), image.height(), image.width(), chw);
    }
}
