package dev.fovea.data;

import static java.util.Objects.checkIndex;

/** An 8-bit RGB image: {@code [H, W, 3]}, row-major, red first. The array is never written after construction. */
public record Image(int width, int height, byte[] rgb) {
    public static final int CHANNELS = 3;

    public Image {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("an image of %d x %d pixels is empty".formatted(width, height));
        }
        if (rgb.length != (long) width * height * CHANNELS) {
            throw new IllegalArgumentException(
                    "%d bytes do not fill an RGB image of %d x %d".formatted(rgb.length, width, height));
        }
    }

    /** The value 0..255 of one channel at column x, row y. */
    public int at(int x, int y, int channel) {
        checkIndex(x, width);
        return rgb[(y * width + x) * CHANNELS + channel] & 0xFF;
    }

    /** A grey image {@code [H, W]} with its values repeated in all three channels. */
    public static Image ofGrey(int width, int height, byte[] grey) {
        byte[] rgb = new byte[grey.length * CHANNELS];
        for (int i = 0, o = 0; i < grey.length; i++) {
            rgb[o++] = grey[i];
            rgb[o++] = grey[i];
            rgb[o++] = grey[i];
        }
        return new Image(width, height, rgb);
    }

    /** The pixels inside the box, which must lie within the image. */
    public Image crop(Box box) {
        box.requireInside(width, height);
        byte[] cut = new byte[box.width() * box.height() * CHANNELS];
        int row = box.width() * CHANNELS;
        for (int y = 0; y < box.height(); y++) {
            System.arraycopy(rgb, ((box.top() + y) * width + box.left()) * CHANNELS, cut, y * row, row);
        }
        return new Image(box.width(), box.height(), cut);
    }

    /** Mirrored left to right. */
    public Image flipped() {
        byte[] mirrored = new byte[rgb.length];
        for (int y = 0; y < height; y++) {
            int row = y * width * CHANNELS;
            for (int x = 0; x < width; x++) {
                int from = row + x * CHANNELS;
                int to = row + (width - 1 - x) * CHANNELS;
                mirrored[to] = rgb[from];
                mirrored[to + 1] = rgb[from + 1];
                mirrored[to + 2] = rgb[from + 2];
            }
        }
        return new Image(width, height, mirrored);
    }

    @Override
    public String toString() {
        return "Image[" + width + " x " + height + "]";
    }
}
