package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * A square of random side, resized to a fixed size: the crop for small pictures, whose shape should not change.
 *
 * @param minSide least side in pixels; the greatest is {@code maxSide} or the image's shorter side
 */
public record RandomSquareCrop(int size, int minSide, int maxSide, Filter filter)
        implements SampleTransform<Image, Image> {
    public RandomSquareCrop {
        if (minSide < 1 || maxSide < minSide) {
            throw new IllegalArgumentException("crop sides %d to %d are not a range".formatted(minSide, maxSide));
        }
    }

    @Override
    public Image apply(Image image, Rng rng) {
        return Resize.crop(image, draw(image.height(), image.width(), rng), size, size, filter);
    }

    public Box draw(int height, int width, Rng rng) {
        int longest = Math.min(maxSide, Math.min(height, width));
        int side = rng.integer(Math.min(minSide, longest), longest + 1);
        int top = rng.integer(0, height - side + 1);
        int left = rng.integer(0, width - side + 1);
        return new Box(top, left, side, side);
    }
}
