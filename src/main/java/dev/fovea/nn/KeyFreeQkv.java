package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Queries, keys and values in one product, with biases for queries and values only (BEiT, Bao et al. 2022): one of keys
 * would add the same to all logits of a query. {@code [B, N, D] -> [B, N, 3 inner]}.
 */
public final class KeyFreeQkv extends Layer {
    private final Tensor qBias;
    private final Tensor vBias;
    private final Tensor noBias;
    private final Tensor weight;

    /** @param inner heads times the width of one */
    public KeyFreeQkv(int dim, int inner) {
        qBias = parameter("q_bias", Tensors.zeros(inner));
        vBias = parameter("v_bias", Tensors.zeros(inner));
        weight = parameter("weight", Tensors.zeros(3L * inner, dim));
        Init.fanIn(weight, dim);
        noBias = Tensors.zeros(inner);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Linear.product(x, weight, Tensors.cat(0, qBias, noBias, vBias));
    }
}
