package dev.fovea.backbone;

import org.bytedeco.pytorch.Tensor;

/** A backbone that can encode the visible units of an image alone, so that hidden pixels reach no token. */
public interface MaskedEncoder {
    /** {@code [B, 3, H, W] -> [B, prefixTokens + M, D]}, after the final norm, in the order of {@code mask.kept()}. */
    Tensor encodeVisible(Tensor images, TokenMask mask);
}
