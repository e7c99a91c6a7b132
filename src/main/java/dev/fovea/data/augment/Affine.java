package dev.fovea.data.augment;

import dev.fovea.data.Image;

/**
 * Pillow's {@code Image.transform(AFFINE, BICUBIC)}: each output pixel's middle is mapped into the input; where it
 * falls outside, the fill colour stays (Pillow 9.4 {@code Geometry.c}; this cubic has a = -1, unlike resizing's).
 *
 * @param a the coefficients (a, b, c, d, e, f) of {@code x' = ax + by + c, y' = dx + ey + f}, output to input
 */
record Affine(double... a) {

    static Affine shearX(double factor) {
        return new Affine(1, factor, 0, 0, 1, 0);
    }

    static Affine shearY(double factor) {
        return new Affine(1, 0, 0, factor, 1, 0);
    }

    static Affine shift(double x, double y) {
        return new Affine(1, 0, x, 0, 1, y);
    }

    /** Counter-clockwise about the middle, as {@code Image.rotate} computes it. */
    static Affine rotation(double degrees, int width, int height) {
        double angle = -Math.toRadians(degrees);
        double cos = round15(Math.cos(angle)), sin = round15(Math.sin(angle));
        double x = width / 2.0, y = height / 2.0;
        return new Affine(cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y);
    }

    private static double round15(double value) {
        return Math.rint(value * 1e15) / 1e15;
    }

    Image apply(Image image, int[] fill) {
        int width = image.width(), height = image.height();
        byte[] out = new byte[image.rgb().length];
        for (int y = 0, o = 0; y < height; y++) {
            for (int x = 0; x < width; x++, o += 3) {
                double fromX = a[0] * (x + 0.5) + a[1] * (y + 0.5) + a[2];
                double fromY = a[3] * (x + 0.5) + a[4] * (y + 0.5) + a[5];
                boolean inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
                for (int c = 0; c < 3; c++) {
                    out[o + c] = inside ? sample(image, fromX - 0.5, fromY - 0.5, c) : (byte) fill[c];
                }
            }
        }
        return new Image(width, height, out);
    }

    private static byte sample(Image image, double x, double y, int channel) {
        int left = (int) Math.floor(x), top = (int) Math.floor(y);
        double dx = x - left, dy = y - top;
        double v1 = row(image, left - 1, Math.max(0, top - 1), dx, channel);
        double v2 = top >= 0 && top < image.height() ? row(image, left - 1, top, dx, channel) : v1;
        double v3 = top + 1 < image.height() ? row(image, left - 1, top + 1, dx, channel) : v2;
        double v4 = top + 2 < image.height() ? row(image, left - 1, top + 2, dx, channel) : v3;
        double value = cubic(v1, v2, v3, v4, dy);
        return (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
    }

    private static double row(Image image, int x, int y, double dx, int channel) {
        byte[] rgb = image.rgb();
        int row = y * image.width();
        int last = image.width() - 1;
        return cubic(
                rgb[(row + clip(x, last)) * 3 + channel] & 0xFF,
                rgb[(row + clip(x + 1, last)) * 3 + channel] & 0xFF,
                rgb[(row + clip(x + 2, last)) * 3 + channel] & 0xFF,
                rgb[(row + clip(x + 3, last)) * 3 + channel] & 0xFF,
                dx);
    }

    private static int clip(int x, int last) {
        return x < 0 ? 0 : Math.min(x, last);
    }

    private static double cubic(double v1, double v2, double v3, double v4, double d) {
        double p2 = v3 - v1;
        double p3 = 2 * (v1 - v2) + v3 - v4;
        double p4 = v2 - v1 - v3 + v4;
        return v2 + d * (p2 + d * (p3 + d * p4));
    }
}
