package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What a teacher says about each patch of an image.
 *
 * @param patches {@code [B, N, D]}, row-major, without class token and without gradient
 * @param grid rows and columns of patches, N of them
 */
public record PatchFeatures(Tensor patches, Size grid) {
    private static final double EPS = 1e-5;

    /** Each patch's features with mean 0 and variance 1 (a layer norm without parameters). */
    public PatchFeatures normalised() {
        long[] shape = {patches.size(2)};
        return new PatchFeatures(
                torch.layer_norm(patches, shape, Tensors.optional(null), Tensors.optional(null), EPS, false), grid);
    }
}
