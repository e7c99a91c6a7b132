package dev.fovea.pretrain;

import dev.fovea.backbone.TokenMask;
import org.bytedeco.pytorch.Tensor;

/** An objective whose predictions can be looked at as images. */
public interface Reconstructs {
    /** The mask of a batch, drawn as in training. */
    TokenMask drawMask(long batch);

    /** Normalised images with the hidden patches predicted: {@code [B, 3, H, W]}, and the mask upsampled to pixels. */
    Reconstruction reconstruct(Tensor images, TokenMask mask);

    /**
     * @param predicted the prediction of every patch, undone per-patch normalisation, {@code [B, 3, H, W]}
     * @param hidden 1 = hidden, {@code [B, 1, H, W]}
     */
    record Reconstruction(Tensor predicted, Tensor hidden) {}
}
