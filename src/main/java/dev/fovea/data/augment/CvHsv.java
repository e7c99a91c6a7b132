package dev.fovea.data.augment;

/** OpenCV's 8-bit HSV: hue 0..179 is a full circle (OpenCV 4 {@code color_hsv.simd.hpp}). */
final class CvHsv {
    private static final int SHIFT = 12;
    private static final int HALF = 1 << (SHIFT - 1);
    static final int CIRCLE = 180;
    private static final int[] SATURATION = divisions(255.0);
    private static final int[] HUE = divisions(CIRCLE / 6.0);

    private CvHsv() {}

    /** The fixed-point quotients {@code dividend / i}. */
    private static int[] divisions(double dividend) {
        int[] table = new int[256];
        for (int i = 1; i < table.length; i++) {
            table[i] = (int) Math.rint(dividend * (1 << SHIFT) / i);
        }
        return table;
    }

    /** The pixel at byte {@code i} of {@code rgb} to hue, saturation, value. */
    static void fromRgb(byte[] rgb, int i, int[] hsv) {
        int r = rgb[i] & 0xFF, g = rgb[i + 1] & 0xFF, b = rgb[i + 2] & 0xFF;
        int value = Math.max(r, Math.max(g, b));
        int span = value - Math.min(r, Math.min(g, b));
        int turn;
        if (value == r) {
            turn = g - b;
        } else if (value == g) {
            turn = b - r + 2 * span;
        } else {
            turn = r - g + 4 * span;
        }
        int hue = turn * HUE[span] + HALF >> SHIFT;
        hsv[0] = hue < 0 ? hue + CIRCLE : hue;
        hsv[1] = span * SATURATION[value] + HALF >> SHIFT;
        hsv[2] = value;
    }

    static void toRgb(int[] hsv, byte[] rgb, int i) {
        float s = hsv[1] * (1 / 255f), v = hsv[2] * (1 / 255f);
        if (s == 0) {
            set(rgb, i, v, v, v);
            return;
        }
        float h = hsv[0] * (6f / CIRCLE);
        int sector = (int) h;
        float f = h - sector;
        float p = v * (1 - s), q = v * (1 - s * f), t = v * (1 - s * (1 - f));
        switch (sector) {
            case 0 -> set(rgb, i, v, t, p);
            case 1 -> set(rgb, i, q, v, p);
            case 2 -> set(rgb, i, p, v, t);
            case 3 -> set(rgb, i, p, q, v);
            case 4 -> set(rgb, i, t, p, v);
            default -> set(rgb, i, v, p, q);
        }
    }

    private static void set(byte[] rgb, int i, float r, float g, float b) {
        rgb[i] = (byte) Math.rint(r * 255f);
        rgb[i + 1] = (byte) Math.rint(g * 255f);
        rgb[i + 2] = (byte) Math.rint(b * 255f);
    }
}
