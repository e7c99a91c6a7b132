package dev.fovea.data.augment;

import dev.fovea.data.Image;
import java.util.function.IntUnaryOperator;

/** Pillow's {@code ImageOps} on 8-bit RGB, and the sharpness of {@code ImageEnhance}. */
public final class PointOps {
    private static final int VALUES = 256;

    private PointOps() {}

    public static Image invert(Image image) {
        return mapped(image, v -> 255 - v);
    }

    /** Values of the threshold or above are inverted. */
    public static Image solarize(Image image, int threshold) {
        return mapped(image, v -> v < threshold ? v : 255 - v);
    }

    /** Values below 128 are raised by {@code amount}. */
    public static Image solarizeAdd(Image image, int amount) {
        return mapped(image, v -> v < 128 ? Math.min(255, v + amount) : v);
    }

    /** Keeps the highest bits of each value; 0 bits leave black. */
    public static Image posterize(Image image, int bits) {
        int mask = bits >= 8 ? 255 : 255 & -(1 << 8 - bits);
        return mapped(image, v -> v & mask);
    }

    /** Stretches each channel's values to 0..255. */
    public static Image autoContrast(Image image) {
        byte[][] tables = new byte[3][];
        for (int c = 0; c < 3; c++) {
            int[] counts = histogram(image, c);
            int low = 0, high = VALUES - 1;
            while (low < high && counts[low] == 0) {
                low++;
            }
            while (high > low && counts[high] == 0) {
                high--;
            }
            if (high <= low) {
                tables[c] = table(v -> v);
                continue;
            }
            double scale = 255.0 / (high - low);
            double offset = -low * scale;
            tables[c] = table(v -> Math.max(0, Math.min(255, (int) (v * scale + offset))));
        }
        return mapped(image, tables);
    }

    /** Makes each channel's histogram as even as possible. */
    public static Image equalize(Image image) {
        byte[][] tables = new byte[3][];
        for (int c = 0; c < 3; c++) {
            int[] counts = histogram(image, c);
            int pixels = image.width() * image.height();
            int last = VALUES - 1;
            while (counts[last] == 0) {
                last--;
            }
            int step = (pixels - counts[last]) / 255;
            byte[] table = table(v -> v);
            if (step > 0) {
                int n = step / 2;
                for (int v = 0; v < VALUES; v++) {
                    table[v] = (byte) Math.min(255, n / step);
                    n += counts[v];
                }
            }
            tables[c] = table;
        }
        return mapped(image, tables);
    }

    /** Blends with a 3 x 3 smoothing (weights 1, 5 in the middle, over 13) that leaves the border as it is. */
    public static Image sharpness(Image image, double factor) {
        byte[] rgb = image.rgb();
        byte[] out = new byte[rgb.length];
        int row = image.width() * 3;
        for (int y = 0; y < image.height(); y++) {
            boolean border = y == 0 || y == image.height() - 1;
            for (int x = 0; x < row; x++) {
                int i = y * row + x;
                int value = rgb[i] & 0xFF;
                int smooth = border || x < 3 || x >= row - 3 ? value : smooth(rgb, i, row);
                out[i] = Colour.blend(smooth, value, (float) factor);
            }
        }
        return new Image(image.width(), image.height(), out);
    }

    private static int smooth(byte[] rgb, int i, int row) {
        int sum = 4 * (rgb[i] & 0xFF);
        for (int line = i - row; line <= i + row; line += row) {
            sum += (rgb[line - 3] & 0xFF) + (rgb[line] & 0xFF) + (rgb[line + 3] & 0xFF);
        }
        return (int) (sum / 13f + 0.5f);
    }

    private static int[] histogram(Image image, int channel) {
        int[] counts = new int[VALUES];
        for (int i = channel; i < image.rgb().length; i += 3) {
            counts[image.rgb()[i] & 0xFF]++;
        }
        return counts;
    }

    private static Image mapped(Image image, IntUnaryOperator value) {
        byte[] table = table(value);
        return mapped(image, new byte[][] {table, table, table});
    }

    private static byte[] table(IntUnaryOperator value) {
        byte[] table = new byte[VALUES];
        for (int v = 0; v < VALUES; v++) {
            table[v] = (byte) value.applyAsInt(v);
        }
        return table;
    }

    private static Image mapped(Image image, byte[][] tables) {
        byte[] out = new byte[image.rgb().length];
        for (int i = 0; i < out.length; i++) {
            out[i] = tables[i % 3][image.rgb()[i] & 0xFF];
        }
        return new Image(image.width(), image.height(), out);
    }
}
