package dev.fovea.dense.mask2former;

import org.bytedeco.pytorch.Tensor;

/**
 * What the queries say after one layer of the decoder.
 *
 * @param classes scores before the softmax, {@code [B, Q, K + 1]}, the last of them for "no object"
 * @param masks logits, {@code [B, Q, h, w]}
 */
public record MaskPrediction(Tensor classes, Tensor masks) {}
