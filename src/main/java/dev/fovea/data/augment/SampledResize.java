package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;

/**
 * Cuts a box out of an image and resizes it by sampling between the four nearest pixels, without a filter that would widen when
 * shrinking (TensorFlow 2 {@code image.resize}, bilinear): 8-bit values to 0 … 1.
 */
public final class SampledResize {
    private SampledResize() {}

    public static FloatImage crop(Image image, Box box, int height, int width, boolean flipped) {
        Taps across = new Taps(box.width(), width), down = new Taps(box.height(), height);
        byte[] rgb = image.rgb();
        float[] chw = new float[Image.CHANNELS * height * width];
        for (int y = 0; y < height; y++) {
            int top = (box.top() + down.low[y]) * image.width() + box.left();
            int bottom = (box.top() + down.high[y]) * image.width() + box.left();
            for (int x = 0; x < width; x++) {
                int at = y * width + (flipped ? width - 1 - x : x);
                for (int c = 0; c < Image.CHANNELS; c++) {
                    float upper = mix(rgb, top + across.low[x], top + across.high[x], c, across.share[x]);
                    float lower = mix(rgb, bottom + across.low[x], bottom + across.high[x], c, across.share[x]);
                    chw[c * height * width + at] = (upper + (lower - upper) * down.share[y]) / 255f;
                }
            }
        }
        return new FloatImage(Image.CHANNELS, height, width, chw);
    }

    private static float mix(byte[] rgb, int left, int right, int channel, float share) {
        int a = rgb[left * Image.CHANNELS + channel] & 0xFF, b = rgb[right * Image.CHANNELS + channel] & 0xFF;
        return a + (b - a) * share;
    }

    /** For each output position the two input positions and the share of the second. */
    private static final class Taps {
        private final int[] low;
        private final int[] high;
        private final float[] share;

        Taps(int in, int out) {
            low = new int[out];
            high = new int[out];
            share = new float[out];
            float scale = (float) in / out;
            for (int i = 0; i < out; i++) {
                float at = (i + 0.5f) * scale - 0.5f;
                float floor = (float) Math.floor(at);
                low[i] = Math.max(0, (int) floor);
                high[i] = Math.min(in - 1, (int) Math.ceil(at));
                share[i] = at - floor;
            }
        }
    }
}
