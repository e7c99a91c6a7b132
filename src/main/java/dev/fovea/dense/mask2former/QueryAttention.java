package dev.fovea.dense.mask2former;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.ScaledDotProduct;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Multi-head attention of queries on keys and values of their own (torch.nn.MultiheadAttention under mmcv's wrapper),
 * without the identity: {@code [B, Q, D], [B, S, D], [B, S, D] -> [B, Q, D]}.
 */
final class QueryAttention extends Layer {
    private final Projections attn;
    private final int heads;

    QueryAttention(int dim, int heads) {
        require(heads >= 1 && dim % heads == 0, "mask2former: channels %d are not divisible by heads %d", dim, heads);
        attn = child("attn", new Projections(dim));
        this.heads = heads;
    }

    /** @param bias added to the logits, {@code [B, 1, Q, S]}; or null */
    Tensor forward(Tensor query, Tensor key, Tensor value, Tensor bias) {
        long b = query.size(0), q = query.size(1), d = query.size(2);
        Tensor mixed = ScaledDotProduct.attend(
                split(attn.in(0, query)),
                split(attn.in(1, key)),
                split(attn.in(2, value)),
                bias,
                1 / Math.sqrt((double) d / heads)); // [B, heads, Q, D / heads]
        return attn.outProj.forward(mixed.transpose(1, 2).reshape(b, q, d));
    }

    private Tensor split(Tensor x) {
        return x.reshape(x.size(0), x.size(1), heads, -1).transpose(1, 2);
    }

    private static final class Projections extends Layer {
        private final Tensor weight;
        private final Tensor bias;
        private final Linear outProj;
        private final int dim;

        Projections(int dim) {
            this.dim = dim;
            weight = parameter("in_proj_weight", Tensors.zeros(3L * dim, dim));
            bias = parameter("in_proj_bias", Tensors.zeros(3L * dim));
            outProj = child("out_proj", new Linear(dim, dim));
            Init.xavierNormal(weight);
            Init.xavierNormal(outProj.weight());
            Init.zeros(outProj.bias());
        }

        /** @param part 0 for queries, 1 for keys, 2 for values */
        Tensor in(int part, Tensor x) {
            return Linear.product(x, weight.narrow(0, (long) part * dim, dim), bias.narrow(0, (long) part * dim, dim));
        }
    }
}
