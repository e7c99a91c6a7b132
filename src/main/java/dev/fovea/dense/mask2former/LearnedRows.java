package dev.fovea.dense.mask2former;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** A table of learned vectors {@code [rows, D]}, drawn from the standard normal. */
final class LearnedRows extends Layer {
    private final Tensor weight;

    LearnedRows(int rows, int dim) {
        weight = parameter("weight", Tensors.zeros(rows, dim));
        Init.normal(weight, 1);
    }

    /** All rows, for a batch: {@code [1, rows, D]}. */
    Tensor all() {
        return weight.unsqueeze(0);
    }

    /** One row, {@code [D]}. */
    Tensor row(int index) {
        return weight.select(0, index);
    }
}
