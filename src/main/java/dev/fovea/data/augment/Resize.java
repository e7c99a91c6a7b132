package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;

/** Pillow's 8-bit {@code Image.resize}, to the last bit: horizontal pass, rounded to bytes, then vertical pass. */
public final class Resize {
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // of a Java array

    private Resize() {}

    public static Image to(Image image, int width, int height, Filter filter) {
        return crop(image, Box.all(image.width(), image.height()), width, height, filter);
    }

    /** The shorter side becomes {@code side}, the longer one {@code int(side * long / short)}, as torchvision does. */
    public static Image shortSide(Image image, int side, Filter filter) {
        int w = image.width(), h = image.height();
        if (Math.min(w, h) == side) {
            return image;
        }
        return w <= h
                ? to(image, side, (int) ((double) side * h / w), filter)
                : to(image, (int) ((double) side * w / h), side, filter);
    }

    /** Cuts the box out and resizes it; the filter never sees a pixel outside the box. */
    public static Image crop(Image image, Box box, int width, int height, Filter filter) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("cannot resize to %d x %d pixels".formatted(width, height));
        }
        requireArray(width, Math.max(height, box.width() == width ? 0 : box.height()));
        Image x = image;
        Box inside = box;
        if (box.width() != width) {
            x = horizontal(x, box, new Taps(box.width(), width, filter));
            inside = Box.all(width, box.height());
        }
        if (box.height() != height) {
            return vertical(x, inside, new Taps(box.height(), height, filter));
        }
        return x.width() == width && x.height() == height ? x : x.crop(inside);
    }

    /** A narrow strip whose shorter side is enlarged has more bytes than an array may. */
    private static void requireArray(int width, int height) {
        if ((long) width * height * Image.CHANNELS > MOST_BYTES) {
            throw new IllegalArgumentException("%d x %d pixels are too many".formatted(width, height));
        }
    }

    private static Image horizontal(Image image, Box box, Taps taps) {
        int out = taps.first.length;
        byte[] from = image.rgb();
        byte[] to = new byte[box.height() * out * 3];
        int at = 0;
        for (int y = 0; y < box.height(); y++) {
            int row = ((box.top() + y) * image.width() + box.left()) * 3;
            for (int x = 0; x < out; x++) {
                int red = Taps.HALF, green = Taps.HALF, blue = Taps.HALF;
                int p = row + taps.first[x] * 3;
                int w = x * taps.width;
                for (int end = w + taps.count[x]; w < end; w++, p += 3) {
                    int weight = taps.weights[w];
                    red += (from[p] & 0xFF) * weight;
                    green += (from[p + 1] & 0xFF) * weight;
                    blue += (from[p + 2] & 0xFF) * weight;
                }
                to[at++] = clip(red);
                to[at++] = clip(green);
                to[at++] = clip(blue);
            }
        }
        return new Image(out, box.height(), to);
    }

    private static Image vertical(Image image, Box box, Taps taps) {
        int out = taps.first.length;
        int row = box.width() * 3;
        int stride = image.width() * 3;
        byte[] from = image.rgb();
        byte[] to = new byte[out * row];
        int[] sums = new int[row];
        for (int y = 0; y < out; y++) {
            java.util.Arrays.fill(sums, Taps.HALF);
            for (int k = 0; k < taps.count[y]; k++) {
                int weight = taps.weights[y * taps.width + k];
                addRow(sums, from, (box.top() + taps.first[y] + k) * stride + box.left() * 3, weight);
            }
            for (int i = 0; i < row; i++) {
                to[y * row + i] = clip(sums[i]);
            }
        }
        return new Image(box.width(), out, to);
    }

    /** A loop of its own, without a branch, so that the JIT turns it into vector instructions. */
    private static void addRow(int[] sums, byte[] from, int offset, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (from[offset + i] & 0xFF) * weight;
        }
    }

    private static byte clip(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> Taps.PRECISION));
    }
}
