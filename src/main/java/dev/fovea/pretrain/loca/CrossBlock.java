package dev.fovea.pretrain.loca;

import dev.fovea.nn.Gelu;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Mlp;
import org.bytedeco.pytorch.Tensor;

/**
 * A pre-norm block whose attention goes from queries to a reference (google-research/scenic projects/loca vit.py
 * CrossAttentionEncoderBlock): {@code [Q B, n, D], [B, M, D] -> [Q B, n, D]}.
 */
final class CrossBlock extends Layer {
    private static final double EPS = 1e-6;

    private final LayerNorm norm1;
    private final LayerNorm normKv;
    private final CrossAttention attn;
    private final LayerNorm norm2;
    private final Mlp mlp;

    CrossBlock(int dim, int heads, int hidden, Gelu gelu) {
        norm1 = child("norm1", new LayerNorm(dim, EPS));
        normKv = child("norm_kv", new LayerNorm(dim, EPS));
        attn = child("attn", new CrossAttention(dim, heads));
        norm2 = child("norm2", new LayerNorm(dim, EPS));
        mlp = child("mlp", new Mlp(dim, hidden, gelu));
    }

    Tensor forward(Tensor x, Tensor context) {
        Tensor seen = context == null ? null : normKv.forward(context);
        x = x.add(attn.forward(norm1.forward(x), seen));
        return x.add(mlp.forward(norm2.forward(x)));
    }
}
