package dev.fovea.dense.mask2former;

import org.bytedeco.pytorch.Tensor;

/**
 * Objects that the queries found in one image; they may overlap.
 *
 * @param labels class of each, int64 {@code [N]}
 * @param scores {@code [N]}
 * @param masks bool, {@code [N, H, W]}; some may be empty, with score 0
 */
public record MaskInstances(Tensor labels, Tensor scores, Tensor masks) {}
