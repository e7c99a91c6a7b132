package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Bilinear resizing with corners not aligned and no antialiasing, as dense heads use it. */
public final class Bilinear {
    private Bilinear() {}

    /** {@code [B, C, H, W] -> [B, C, height, width]}. */
    public static Tensor resize(Tensor x, long height, long width) {
        if (x.size(2) == height && x.size(3) == width) {
            return x;
        }
        return torch.upsample_bilinear2d(x, new long[] {height, width}, false);
    }

    /** Resizes to the height and width of another tensor. */
    public static Tensor resizeLike(Tensor x, Tensor other) {
        return resize(x, other.size(-2), other.size(-1));
    }
}
