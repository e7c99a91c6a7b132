package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;

/** A separable Gaussian with zeros beyond the border, so that borders darken (google-research/scenic projects/loca ops.py). */
public final class GaussianBlur {
    private static final int PART = 10;

    private GaussianBlur() {}

    /** @param size decides how far the kernel reaches: a twentieth of it to each side */
    public static FloatImage apply(FloatImage image, double size, double sigma) {
        float[] kernel = kernel((int) (Math.floor(size / PART) / 2), sigma);
        int h = image.height(), w = image.width();
        float[] across = new float[image.chw().length], down = new float[across.length];
        for (int line = 0; line < image.channels() * h; line++) {
            along(image.chw(), across, new Line(line * w, 1, w), kernel);
        }
        for (int c = 0; c < image.channels(); c++) {
            for (int x = 0; x < w; x++) {
                along(across, down, new Line(c * h * w + x, w, h), kernel);
            }
        }
        return new FloatImage(image.channels(), h, w, down);
    }

    private static float[] kernel(int reach, double sigma) {
        double[] weights = new double[2 * reach + 1];
        double sum = 0;
        for (int i = -reach; i <= reach; i++) {
            weights[i + reach] = Math.exp(-i * i / (2 * sigma * sigma));
            sum += weights[i + reach];
        }
        float[] kernel = new float[weights.length];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) (weights[i] / sum);
        }
        return kernel;
    }

    private record Line(int start, int step, int length) {}

    private static void along(float[] from, float[] to, Line line, float[] kernel) {
        int reach = kernel.length / 2;
        for (int i = 0; i < line.length; i++) {
            float sum = 0;
            for (int k = Math.max(-reach, -i); k <= Math.min(reach, line.length - 1 - i); k++) {
                sum += kernel[k + reach] * from[line.start + (i + k) * line.step];
            }
            to[line.start + i * line.step] = sum;
        }
    }
}
