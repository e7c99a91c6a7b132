package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * Evaluation's view: the shorter side to {@code resize} pixels, then the middle square of {@code crop} pixels
 * (torchvision {@code Resize} and {@code CenterCrop}, offsets rounded half to even; black around an image that is smaller).
 * Draws nothing.
 */
public record CentreCrop(int resize, int crop, Filter filter) implements SampleTransform<Image, Image> {
    @Override
    public Image apply(Image image, Rng rng) {
        return cut(Resize.shortSide(image, resize, filter), crop);
    }

    /** The middle square. */
    public static Image cut(Image image, int crop) {
        Image whole = padded(image, Math.max(image.width(), crop), Math.max(image.height(), crop));
        int top = (int) Math.rint((whole.height() - crop) / 2.0);
        int left = (int) Math.rint((whole.width() - crop) / 2.0);
        return whole.crop(new Box(top, left, crop, crop));
    }

    /** The image in the middle of a black one; where that is not possible, one pixel higher and further left. */
    private static Image padded(Image image, int width, int height) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        int top = (height - image.height()) / 2, left = (width - image.width()) / 2;
        int row = image.width() * Image.CHANNELS;
        byte[] black = new byte[width * height * Image.CHANNELS];
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(image.rgb(), y * row, black, ((top + y) * width + left) * Image.CHANNELS, row);
        }
        return new Image(width, height, black);
    }
}
