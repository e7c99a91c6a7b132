package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * Brightness, contrast, saturation and hue, each half of the time, contrast before or after the others (mmsegmentation
 * 0.x {@code PhotoMetricDistortion} with its defaults). Results are cut to bytes after every step.
 */
public record PhotoMetricDistortion(int brightness, Range contrast, Range saturation, int hue)
        implements SampleTransform<Image, Image> {
    public PhotoMetricDistortion() {
        this(32, new Range(0.5, 1.5), new Range(0.5, 1.5), 18);
    }

    /** What was drawn; shift 0, factor 1 and turn 0 change nothing. */
    public record Draw(double brightness, double contrast, boolean contrastFirst, double saturation, int hue) {}

    @Override
    public Image apply(Image image, Rng rng) {
        return apply(image, draw(rng));
    }

    public Draw draw(Rng rng) {
        double shift = rng.chance(0.5) ? rng.uniform(-brightness, brightness) : 0;
        boolean contrastFirst = rng.chance(0.5);
        double contrastFactor = rng.chance(0.5) ? contrast.draw(rng) : 1;
        double saturationFactor = rng.chance(0.5) ? saturation.draw(rng) : 1;
        int turn = rng.chance(0.5) ? rng.integer(-hue, hue) : 0;
        return new Draw(shift, contrastFactor, contrastFirst, saturationFactor, turn);
    }

    public static Image apply(Image image, Draw draw) {
        byte[] rgb = image.rgb().clone();
        linear(rgb, 1, draw.brightness);
        if (draw.contrastFirst) {
            linear(rgb, draw.contrast, 0);
        }
        if (draw.saturation != 1 || draw.hue != 0) {
            colours(rgb, draw.saturation, draw.hue);
        }
        if (!draw.contrastFirst) {
            linear(rgb, draw.contrast, 0);
        }
        return new Image(image.width(), image.height(), rgb);
    }

    private static void linear(byte[] rgb, double factor, double shift) {
        if (factor == 1 && shift == 0) {
            return;
        }
        byte[] table = new byte[256];
        for (int v = 0; v < table.length; v++) {
            table[v] = cut((float) v * (float) factor + (float) shift);
        }
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = table[rgb[i] & 0xFF];
        }
    }

    /** The reference converts to HSV and back for each of the two steps, and so rounds twice. */
    private static void colours(byte[] rgb, double saturation, int hue) {
        int[] hsv = new int[3];
        for (int i = 0; i < rgb.length; i += 3) {
            if (saturation != 1) {
                CvHsv.fromRgb(rgb, i, hsv);
                hsv[1] = cut(hsv[1] * (float) saturation) & 0xFF;
                CvHsv.toRgb(hsv, rgb, i);
            }
            if (hue != 0) {
                CvHsv.fromRgb(rgb, i, hsv);
                hsv[0] = Math.floorMod(hsv[0] + hue, CvHsv.CIRCLE);
                CvHsv.toRgb(hsv, rgb, i);
            }
        }
    }

    private static byte cut(float value) {
        return (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
    }
}
