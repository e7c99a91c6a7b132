package dev.fovea.pretrain.beit2;

import org.bytedeco.pytorch.Tensor;

/** A frozen network that gives each patch of an image a code. It belongs to no model's state. */
public interface Tokenizer {
    /** Codes of images whose pixels are in [0, 1]: {@code [B, 3, H, W] -> int64 [B, N]}, row-major. */
    Tensor codes(Tensor pixels);
}
