package dev.fovea.dense.adapter;

import dev.fovea.dense.LevelMaps;
import dev.fovea.nn.Attention;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Mlp;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Global attention over the coarsest map in front of a feature pyramid (ViT-Adapter detection/mmdet_custom/models/necks/
 * extra_attention.py), for detectors whose backbone attends in windows; all other maps pass.
 */
public final class ExtraAttention extends Layer {
    private final LayerNorm norm1;
    private final Attention attn;
    private final LayerNorm norm2;
    private final Mlp ffn;
    private final LayerNorm finalNorm;
    private final DropPath dropPath;
    private final Tensor gamma1;
    private final Tensor gamma2;

    /**
     * @param ffnRatio hidden width of the feed-forward part, as a share of {@code dim}; 0 = none
     * @param layerScale start of the learned scales of both parts; 0 = none
     */
    public record Spec(
            int dim, int heads, double ffnRatio, double dropPath, double layerScale, boolean finalNorm, double eps) {
        /** As released. */
        public static Spec published(int dim, int heads) {
            return new Spec(dim, heads, 4, 0, 0, true, 1e-5);
        }
    }

    public ExtraAttention(Spec spec) {
        boolean scaled = spec.layerScale != 0, withFfn = spec.ffnRatio != 0;
        norm1 = child("norm1", norm(spec));
        attn = child("attn", new Attention(spec.dim, spec.heads));
        dropPath = child("drop_path", new DropPath(spec.dropPath));
        norm2 = withFfn ? child("norm2", norm(spec)) : null;
        ffn = withFfn ? child("ffn", new Mlp(spec.dim, (int) (spec.dim * spec.ffnRatio))) : null;
        gamma1 = scaled ? parameter("gamma_1", Tensors.full(spec.layerScale, spec.dim)) : null;
        gamma2 = scaled && withFfn ? parameter("gamma_2", Tensors.full(spec.layerScale, spec.dim)) : null;
        finalNorm = spec.finalNorm ? child("final_norm", norm(spec)) : null;
        Init.Scheme.TRUNC_NORMAL.apply(this);
    }

    private static LayerNorm norm(Spec spec) {
        return new LayerNorm(spec.dim, spec.eps);
    }

    /** {@code [B, D, h, w] -> [B, D, h, w]}. */
    @Override
    public Tensor forward(Tensor map) {
        Tensor x = LevelMaps.tokens(map);
        x = x.add(branch(attn.forward(norm1.forward(x)), gamma1));
        if (ffn != null) {
            x = x.add(branch(ffn.forward(norm2.forward(x)), gamma2));
        }
        return LevelMaps.map(finalNorm == null ? x : finalNorm.forward(x), LevelMaps.sizeOf(map));
    }

    /** The last of the maps replaced. */
    public List<Tensor> forward(List<Tensor> maps) {
        List<Tensor> all = new ArrayList<>(maps);
        all.set(all.size() - 1, forward(all.get(all.size() - 1)));
        return all;
    }

    private Tensor branch(Tensor y, Tensor gamma) {
        Tensor dropped = dropPath.forward(y);
        return gamma == null ? dropped : dropped.mul(gamma.to(y.scalar_type()));
    }
}
