package dev.fovea.nn;

import dev.fovea.tensor.Scripts;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Bilinear resizing; corners are aligned and small sizes antialiased only where that is asked for. */
public final class Bilinear {
    private static final String SCRIPT =
            """
            def antialiased(x: Tensor, height: int, width: int):
                return torch._upsample_bilinear2d_aa(x, [height, width], False, None, None)
            """;

    private Bilinear() {}

    /** {@code [B, C, H, W] -> [B, C, height, width]}. */
    public static Tensor resize(Tensor x, long height, long width) {
        return resize(x, height, width, false);
    }

    /** @param alignCorners whether the centres of the corner pixels stay where they are, instead of their outer corners */
    public static Tensor resize(Tensor x, long height, long width, boolean alignCorners) {
        if (x.size(2) == height && x.size(3) == width) {
            return x;
        }
        return torch.upsample_bilinear2d(x, new long[] {height, width}, alignCorners);
    }

    /** The same with a filter that widens where the map shrinks, as Pillow and JAX resize. */
    public static Tensor resizeAntialiased(Tensor x, long height, long width) {
        if (x.size(2) == height && x.size(3) == width) {
            return x;
        }
        return Scripts.call(SCRIPT, "antialiased", new IValue(x), new IValue(height), new IValue(width))
                .toTensor();
    }

    /** Resizes to the height and width of another tensor. */
    public static Tensor resizeLike(Tensor x, Tensor other) {
        return resizeLike(x, other, false);
    }

    public static Tensor resizeLike(Tensor x, Tensor other, boolean alignCorners) {
        return resize(x, other.size(-2), other.size(-1), alignCorners);
    }
}
