package dev.fovea.pretrain.loca;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.ScaledDotProduct;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Multi-head attention from the tokens of queries to those of a reference: {@code [Q B, n, D], [B, M, D] -> [Q B, n, D]}. */
final class CrossAttention extends Layer {
    private final Linear q;
    private final Linear kv;
    private final Linear proj;
    private final int heads;

    CrossAttention(int dim, int heads) {
        require(dim % heads == 0, "dim %d is not divisible by heads %d", dim, heads);
        q = child("q", new Linear(dim, dim));
        kv = child("kv", new Linear(dim, 2 * dim));
        proj = child("proj", new Linear(dim, dim));
        this.heads = heads;
    }

    /** @param context null = the reference is hidden as a whole: nothing is mixed in */
    Tensor forward(Tensor x, Tensor context) {
        if (context == null) {
            return proj.forward(torch.zeros_like(x));
        }
        long v = x.size(0), n = x.size(1), d = x.size(2), b = context.size(0), m = context.size(1);
        Tensor queries = q.forward(x).reshape(v, n, heads, d / heads).transpose(1, 2); // [Q B, heads, n, D/heads]
        Tensor[] keysAndValues = Tensors.unbind(kv.forward(context)
                .reshape(b, m, 2, heads, d / heads)
                .permute(2, 0, 3, 1, 4) // [2, B, heads, M, D/heads]
                .repeat(1, v / b, 1, 1, 1)); // views of one image stand B apart
        double scale = 1 / Math.sqrt((double) d / heads);
        Tensor mixed = ScaledDotProduct.attend(queries, keysAndValues[0], keysAndValues[1], null, scale);
        return proj.forward(mixed.transpose(1, 2).reshape(v, n, d));
    }
}
