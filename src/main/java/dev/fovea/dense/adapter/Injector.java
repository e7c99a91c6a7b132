package dev.fovea.dense.adapter;

import dev.fovea.nn.CrossAttention;
import dev.fovea.nn.DeformableAttention;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Brings spatial features into the tokens (ViT-Adapter, equation 1): {@code x + gamma attn(norm x, norm c)};
 * {@code [B, N, D], [B, S, D] -> [B, N, D]}.
 */
public final class Injector extends Layer {
    private static final double EPS = 1e-6;

    private final Tensor gamma;
    private final LayerNorm queryNorm;
    private final LayerNorm featNorm;
    private final CrossAttention attn;

    /**
     * @param levels of the spatial features
     * @param start of gamma: at 0, the tokens are at first those of the plain network
     */
    public Injector(int dim, int levels, AttentionSpec spec, double start) {
        gamma = parameter("gamma", Tensors.full(start, dim));
        queryNorm = child("query_norm", new LayerNorm(dim, EPS));
        featNorm = child("feat_norm", new LayerNorm(dim, EPS));
        attn = spec.reach() == AttentionSpec.Reach.GLOBAL
                ? child("attn", spec.global(dim))
                : child("attn", new DeformableAttention(spec.deformable(dim, levels)));
    }

    public Tensor forward(Tensor x, Tensor c, Places places) {
        Tensor seen = attn.forward(queryNorm.forward(x), places.centres(), featNorm.forward(c), places.levels(), null);
        return x.add(seen.mul(gamma.to(seen.scalar_type())));
    }
}
