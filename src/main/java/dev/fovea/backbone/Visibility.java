package dev.fovea.backbone;

import org.bytedeco.pytorch.Tensor;

/**
 * What the convolution stages of a {@link ConvVit} may see.
 *
 * @param mask units that reach stage 3; null = all
 * @param visibleOnly leaves hidden units out of stages 1 and 2 as well, with the same result as masked convolution
 * @param keep1 1 = visible to the convolutions of stage 1, {@code [B, N, s s, 1]}; null = everything
 * @param keep2 the same for stage 2
 */
public record Visibility(TokenMask mask, boolean visibleOnly, Tensor keep1, Tensor keep2) {
    /** The whole image, as in fine-tuning. */
    public static Visibility everything() {
        return new Visibility(null, false, null, null);
    }

    /** Visible units alone: a quarter of the work at a mask ratio of 75 %. */
    public static Visibility units(TokenMask mask) {
        return new Visibility(mask, true, null, null);
    }

    /** The full grid, hidden cells zeroed in front of every convolution (as released). */
    public static Visibility masked(TokenMask mask, Tensor keep1, Tensor keep2) {
        return new Visibility(mask, false, keep1, keep2);
    }

    /** The full grid without masking in the convolutions: hidden pixels leak (the paper's ablation). */
    public static Visibility unmasked(TokenMask mask) {
        return new Visibility(mask, false, null, null);
    }
}
