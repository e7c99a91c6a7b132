package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Queries, keys and values by weights of their own, biases for queries and values only (EVA-02; Fast-iTPN), computed in
 * one product: {@code [B, N, D] -> [B, N, 3D]}.
 */
public final class SplitQkv extends Layer {
    private final Tensor qBias;
    private final Tensor vBias;
    private final Tensor noBias;
    private final Linear q;
    private final Linear k;
    private final Linear v;

    public SplitQkv(int dim) {
        qBias = parameter("q_bias", Tensors.zeros(dim));
        vBias = parameter("v_bias", Tensors.zeros(dim));
        q = child("q_proj", new Linear(dim, dim, false));
        k = child("k_proj", new Linear(dim, dim, false));
        v = child("v_proj", new Linear(dim, dim, false));
        noBias = Tensors.zeros(dim);
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor weight = Tensors.cat(0, q.weight(), k.weight(), v.weight()); // [3D, D]
        return Linear.product(x, weight, Tensors.cat(0, qBias, noBias, vBias));
    }
}
