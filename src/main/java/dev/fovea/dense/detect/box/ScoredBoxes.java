package dev.fovea.dense.detect.box;

import org.bytedeco.pytorch.Tensor;

/**
 * Boxes found, best first.
 *
 * @param boxes {@code [N, 4]}
 * @param scores {@code [N]}
 * @param labels int64 {@code [N]}
 */
public record ScoredBoxes(Tensor boxes, Tensor scores, Tensor labels) {}
