package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;

/**
 * TensorFlow's colour operations on images {@code [3, H, W]} of values 0 to 1, cut back to that range. Unlike Pillow's,
 * brightness is added, contrast turns about the mean of each channel, and saturation scales that of HSV.
 */
public final class FloatColour {
    private static final float RED = 0.2989f, GREEN = 0.5870f, BLUE = 0.1140f;

    private FloatColour() {}

    private interface Pixel {
        /** Changes red, green and blue in place. */
        void change(float[] rgb);
    }

    public static FloatImage brightness(FloatImage image, double delta) {
        float[] out = image.chw().clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = cut(out[i] + (float) delta);
        }
        return like(image, out);
    }

    public static FloatImage contrast(FloatImage image, double factor) {
        float[] out = image.chw().clone();
        int plane = image.height() * image.width();
        for (int c = 0; c < image.channels(); c++) {
            double sum = 0;
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                sum += out[i];
            }
            float mean = (float) (sum / plane);
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                out[i] = cut((out[i] - mean) * (float) factor + mean);
            }
        }
        return like(image, out);
    }

    public static FloatImage saturation(FloatImage image, double factor) {
        return changed(image, hsv -> {
            toHsv(hsv);
            hsv[1] = cut(hsv[1] * (float) factor);
            toRgb(hsv);
        });
    }

    /** @param turn in units of the colour circle */
    public static FloatImage hue(FloatImage image, double turn) {
        return changed(image, hsv -> {
            toHsv(hsv);
            hsv[0] = hsv[0] + (float) turn;
            hsv[0] -= (float) Math.floor(hsv[0]);
            toRgb(hsv);
        });
    }

    public static FloatImage grey(FloatImage image) {
        return changed(image, rgb -> {
            float grey = RED * rgb[0] + GREEN * rgb[1] + BLUE * rgb[2];
            rgb[0] = grey;
            rgb[1] = grey;
            rgb[2] = grey;
        });
    }

    /** Values of one half and more are inverted. */
    public static FloatImage solarize(FloatImage image) {
        float[] out = image.chw().clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = out[i] < 0.5f ? out[i] : 1 - out[i];
        }
        return like(image, out);
    }

    private static FloatImage changed(FloatImage image, Pixel operation) {
        float[] in = image.chw(), out = new float[in.length], rgb = new float[3];
        int plane = image.height() * image.width();
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                rgb[c] = in[c * plane + i];
            }
            operation.change(rgb);
            for (int c = 0; c < 3; c++) {
                out[c * plane + i] = cut(rgb[c]);
            }
        }
        return like(image, out);
    }

    /** Red, green, blue to hue (0 to 1), saturation, value. */
    private static void toHsv(float[] x) {
        float r = x[0], g = x[1], b = x[2];
        float value = Math.max(r, Math.max(g, b));
        float span = value - Math.min(r, Math.min(g, b));
        float hue = 0;
        if (span > 0) {
            float sixth = 1 / (6 * span);
            if (r == value) {
                hue = (g - b) * sixth;
            } else if (g == value) {
                hue = (b - r) * sixth + 2 / 6f;
            } else {
                hue = (r - g) * sixth + 4 / 6f;
            }
        }
        x[0] = hue < 0 ? hue + 1 : hue;
        x[1] = value > 0 ? span / value : 0;
        x[2] = value;
    }

    private static void toRgb(float[] x) {
        float span = x[1] * x[2], least = x[2] - span, sector = x[0] * 6;
        float between = span * (1 - Math.abs(sector % 2 - 1)) + least, most = x[2];
        switch ((int) sector) {
            case 0 -> set(x, most, between, least);
            case 1 -> set(x, between, most, least);
            case 2 -> set(x, least, most, between);
            case 3 -> set(x, least, between, most);
            case 4 -> set(x, between, least, most);
            default -> set(x, most, least, between);
        }
    }

    private static void set(float[] x, float r, float g, float b) {
        x[0] = r;
        x[1] = g;
        x[2] = b;
    }

    private static float cut(float value) {
        return Math.max(0, Math.min(1, value));
    }

    private static FloatImage like(FloatImage image, float[] chw) {
        return new FloatImage(image.channels(), image.height(), image.width(), chw);
    }
}
