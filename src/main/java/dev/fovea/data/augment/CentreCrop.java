package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * Evaluation's view: the shorter side to {@code resize} pixels, then the middle square of {@code crop} pixels
 * (torchvision {@code Resize} and {@code CenterCrop}, offsets rounded half to even). Draws nothing.
 */
public record CentreCrop(int resize, int crop, Filter filter) implements SampleTransform<Image, Image> {
    public CentreCrop {
        if (crop > resize) {
            throw new IllegalArgumentException("centre crop %d is larger than resize %d".formatted(crop, resize));
        }
    }

    @Override
    public Image apply(Image image, Rng rng) {
        return cut(Resize.shortSide(image, resize, filter), crop);
    }

    /** The middle square of an image that is at least as large. */
    public static Image cut(Image image, int crop) {
        int top = (int) Math.rint((image.height() - crop) / 2.0);
        int left = (int) Math.rint((image.width() - crop) / 2.0);
        return image.crop(new Box(top, left, crop, crop));
    }
}
