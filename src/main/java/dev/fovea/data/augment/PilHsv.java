package dev.fovea.data.augment;

/** Pillow's 8-bit HSV ({@code Convert.c}, {@code rgb2hsv_row} and {@code hsv2rgb}): hue 0..255 is a full circle. */
final class PilHsv {
    private PilHsv() {}

    /** Writes the pixel at byte {@code i} with its hue turned by {@code turn} / 256 of a circle. */
    static void turn(byte[] rgb, byte[] out, int i, int turn) {
        int r = rgb[i] & 0xFF, g = rgb[i + 1] & 0xFF, b = rgb[i + 2] & 0xFF;
        int max = Math.max(r, Math.max(g, b));
        int min = Math.min(r, Math.min(g, b));
        int hue = max == min ? 0 : hue(r, g, b, max, min);
        int saturation = max == min ? 0 : (int) ((float) (max - min) / max * 255.0);
        write(out, i, hue + turn & 0xFF, saturation, max);
    }

    private static int hue(int r, int g, int b, int max, int min) {
        float span = max - min;
        float red = (max - r) / span, green = (max - g) / span, blue = (max - b) / span;
        float h;
        if (r == max) {
            h = blue - green;
        } else if (g == max) {
            h = (float) (2.0 + red - blue);
        } else {
            h = (float) (4.0 + green - red);
        }
        h = (float) ((h / 6.0 + 1.0) % 1.0);
        return Math.min(255, (int) (h * 255.0));
    }

    private static void write(byte[] out, int i, int hue, int saturation, int value) {
        if (saturation == 0) {
            set(out, i, value, value, value);
            return;
        }
        float circle = (float) (hue * 6.0 / 255.0);
        int sector = (int) circle;
        float f = circle - sector;
        float s = (float) (saturation / 255.0);
        int p = (int) Math.round(value * (1.0 - s));
        int q = (int) Math.round(value * (1.0 - s * f));
        int t = (int) Math.round(value * (1.0 - s * (1.0 - f)));
        switch (sector % 6) {
            case 0 -> set(out, i, value, t, p);
            case 1 -> set(out, i, q, value, p);
            case 2 -> set(out, i, p, value, t);
            case 3 -> set(out, i, p, q, value);
            case 4 -> set(out, i, t, p, value);
            default -> set(out, i, value, p, q);
        }
    }

    private static void set(byte[] out, int i, int r, int g, int b) {
        out[i] = (byte) r;
        out[i + 1] = (byte) g;
        out[i + 2] = (byte) b;
    }
}
