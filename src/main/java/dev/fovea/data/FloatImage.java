package dev.fovea.data;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** An image as the models take it: {@code [C, H, W]}, row-major, usually normalised. */
public record FloatImage(int channels, int height, int width, float[] chw) {
    public FloatImage {
        if (chw.length != (long) channels * height * width) {
            throw new IllegalArgumentException(
                    "%d values do not fill an image of [%d, %d, %d]".formatted(chw.length, channels, height, width));
        }
    }

    /** A batch of this image alone: {@code [1, C, H, W]}. */
    public Tensor alone() {
        return Tensors.of(chw, 1, channels, height, width);
    }

    @Override
    public String toString() {
        return "FloatImage[" + channels + ", " + height + ", " + width + "]";
    }
}
