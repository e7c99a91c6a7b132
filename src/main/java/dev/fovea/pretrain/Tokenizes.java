package dev.fovea.pretrain;

import org.bytedeco.pytorch.Tensor;

/** An objective that learns to give each patch of an image one of K codes; how good the codes are can be looked at. */
public interface Tokenizes {
    /** The codes of normalised images: {@code [B, 3, H, W] -> int64 [B, N]}, row-major. */
    Tensor codes(Tensor images);

    /** How often each code was chosen in the last epoch of training: int64 {@code [K]}. */
    Tensor usage();

    /** Cosine of what is reconstructed from each patch's code and what it should be: {@code [B, 3, H, W] -> [B, N]}. */
    Tensor similarity(Tensor images);
}
