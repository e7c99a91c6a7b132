package dev.fovea.dense.detect.rpn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Where objects may be in one image, best first.
 *
 * @param boxes {@code [R, 4]}
 * @param scores {@code [R]}, probabilities
 */
public record Proposals(Tensor boxes, Tensor scores) {
    /** Boxes with their scores behind them: {@code [R, 5]}. */
    public Tensor rows() {
        return Tensors.cat(1, boxes, scores.unsqueeze(1));
    }
}
