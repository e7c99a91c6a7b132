package dev.fovea.dense.adapter;

import dev.fovea.nn.CrossAttention;
import dev.fovea.nn.DeformableAttention;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import org.bytedeco.pytorch.Tensor;

/**
 * Takes what the tokens know into the spatial features (ViT-Adapter, equations 2 and 3): {@code c + attn(norm c, norm x)},
 * then {@code c + ffn(norm c)}; {@code [B, S, D], [B, N, D] -> [B, S, D]}.
 */
public final class Extractor extends Layer {
    private static final double EPS = 1e-6;

    private final LayerNorm queryNorm;
    private final LayerNorm featNorm;
    private final CrossAttention attn;
    private final LayerNorm ffnNorm;
    private final ConvFfn ffn;
    private final DropPath dropPath;

    /**
     * @param levels of the tokens: 1, for as long as they have one resolution
     * @param ffnRatio hidden width of the feed-forward part, as a share of {@code dim}; 0 = none
     * @param dropPath of the feed-forward part; as released, the attention is never dropped
     */
    public Extractor(int dim, int levels, AttentionSpec spec, double ffnRatio, double dropPath) {
        queryNorm = child("query_norm", new LayerNorm(dim, EPS));
        featNorm = child("feat_norm", new LayerNorm(dim, EPS));
        attn = spec.reach() == AttentionSpec.Reach.GLOBAL
                ? child("attn", spec.global(dim))
                : child("attn", new DeformableAttention(spec.deformable(dim, levels)));
        ffn = ffnRatio == 0 ? null : child("ffn", new ConvFfn(dim, (int) (dim * ffnRatio)));
        ffnNorm = ffnRatio == 0 ? null : child("ffn_norm", new LayerNorm(dim, EPS));
        this.dropPath = child("drop_path", new DropPath(dropPath));
    }

    public Tensor forward(Tensor c, Tensor x, Places places) {
        Tensor seen = attn.forward(queryNorm.forward(c), places.centres(), featNorm.forward(x), places.levels(), null);
        Tensor y = c.add(seen);
        return ffn == null ? y : y.add(dropPath.forward(ffn.forward(ffnNorm.forward(y), places.queries())));
    }
}
