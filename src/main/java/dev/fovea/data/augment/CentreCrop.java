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
    /** Up to this input size the resized picture is 256 / 224 of the crop; above it there is no margin. */
    private static final int LARGEST_WITH_MARGIN = 224;

    public CentreCrop {
        if (crop > resize) {
            throw new IllegalArgumentException("centre crop %d is larger than resize %d".formatted(crop, resize));
        }
    }

    /** The resize that MAE's {@code build_transform} derives from an input size. */
    public static CentreCrop official(int inputSize) {
        double share = inputSize <= LARGEST_WITH_MARGIN ? LARGEST_WITH_MARGIN / 256.0 : 1.0;
        return new CentreCrop((int) (inputSize / share), inputSize, Filter.BICUBIC);
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
