package dev.fovea.dense.adapter;

import dev.fovea.nn.CrossAttention;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.ScaledDotProduct;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Cross attention of every query to every cell, which knows no places: {@code [B, Q, D], [B, S, D] -> [B, Q, D]}. */
public final class GlobalAttention extends Layer implements CrossAttention {
    private final Linear q;
    private final Linear kv;
    private final Linear proj;
    private final int heads;
    private final int width;

    /** @param width of queries, keys and values, all heads together */
    public GlobalAttention(int dim, int heads, int width) {
        require(width % heads == 0, "attention width %d is not divisible by heads %d", width, heads);
        q = child("q", new Linear(dim, width));
        kv = child("kv", new Linear(dim, 2 * width));
        proj = child("proj", new Linear(width, dim));
        Init.Scheme.TRUNC_NORMAL.apply(this);
        this.heads = heads;
        this.width = width;
    }

    @Override
    public Tensor forward(Tensor query, Tensor reference, Tensor features, List<MapSize> levels, Tensor padded) {
        require(padded == null, "global attention knows no padded cells");
        long b = query.size(0), perHead = width / heads;
        Tensor queries = q.forward(query).reshape(b, -1, heads, perHead).transpose(1, 2); // [B, heads, Q, d]
        Tensor[] keysValues = Tensors.unbind(
                kv.forward(features).reshape(b, -1, 2, heads, perHead).permute(2, 0, 3, 1, 4)); // [2, B, heads, S, d]
        Tensor mixed = ScaledDotProduct.attend(
                queries, keysValues[0], keysValues[1], null, 1 / Math.sqrt(perHead)); // [B, heads, Q, d]
        return proj.forward(mixed.transpose(1, 2).reshape(b, -1, width));
    }
}
