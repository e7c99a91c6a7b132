package dev.fovea.data.augment;

import dev.fovea.data.Image;

/**
 * Pillow's colour operations on 8-bit RGB: {@code ImageEnhance} and torchvision's {@code adjust_hue}. Blends are
 * computed in single precision and cut to bytes, not rounded.
 */
public final class Colour {
    private Colour() {}

    public static Image brightness(Image image, double factor) {
        byte[] out = new byte[image.rgb().length];
        for (int i = 0; i < out.length; i++) {
            out[i] = blend(0, image.rgb()[i] & 0xFF, (float) factor);
        }
        return new Image(image.width(), image.height(), out);
    }

    /** Blends with the image's mean grey, which is rounded to a whole number first. */
    public static Image contrast(Image image, double factor) {
        byte[] rgb = image.rgb();
        long sum = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            sum += grey(rgb, i);
        }
        int mean = (int) ((double) sum / (rgb.length / 3) + 0.5);
        byte[] out = new byte[rgb.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = blend(mean, rgb[i] & 0xFF, (float) factor);
        }
        return new Image(image.width(), image.height(), out);
    }

    public static Image saturation(Image image, double factor) {
        byte[] rgb = image.rgb();
        byte[] out = new byte[rgb.length];
        for (int i = 0; i < out.length; i += 3) {
            int grey = grey(rgb, i);
            for (int c = 0; c < 3; c++) {
                out[i + c] = blend(grey, rgb[i + c] & 0xFF, (float) factor);
            }
        }
        return new Image(image.width(), image.height(), out);
    }

    /** Turns the hue by {@code shift} of a full circle, through Pillow's 8-bit HSV. */
    public static Image hue(Image image, double shift) {
        int turn = (int) (shift * 255) & 0xFF;
        byte[] rgb = image.rgb();
        byte[] out = new byte[rgb.length];
        for (int i = 0; i < out.length; i += 3) {
            PilHsv.turn(rgb, out, i, turn);
        }
        return new Image(image.width(), image.height(), out);
    }

    /** Pillow's L of the pixel at byte {@code i}: ITU-R 601-2 luma in 16-bit fixed point. */
    static int grey(byte[] rgb, int i) {
        return ((rgb[i] & 0xFF) * 19595 + (rgb[i + 1] & 0xFF) * 38470 + (rgb[i + 2] & 0xFF) * 7471 + 0x8000) >> 16;
    }

    static byte blend(int degenerate, int value, float factor) {
        float mixed = degenerate + factor * (value - degenerate);
        return (byte) (mixed <= 0 ? 0 : mixed >= 255 ? 255 : (int) mixed);
    }
}
