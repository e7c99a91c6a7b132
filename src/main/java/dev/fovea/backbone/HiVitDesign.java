package dev.fovea.backbone;

import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import dev.fovea.nn.MlpBlock;
import dev.fovea.nn.SplitQkv;
import dev.fovea.nn.SwiGlu;
import java.util.function.Function;

/** What the blocks of a {@link HiVit} are made of. */
public enum HiVitDesign {
    /** HiViT and iTPN (Zhang et al. 2023; Tian et al. 2023). */
    HIVIT {
        @Override
        boolean hasStemNorm() {
            return true;
        }

        @Override
        CellMerge merge(int dim, double eps) {
            return CellMerge.joinedFirst(dim, eps);
        }

        @Override
        MlpBlock stemBlock(Block.Spec spec) {
            return new MlpBlock(spec, new Mlp(spec.dim(), hidden(spec)));
        }

        @Override
        Block mainBlock(Block.Spec spec, boolean qkvBias, Function<Layer, Attention> attention) {
            Linear qkv = new Linear(spec.dim(), 3 * spec.dim(), qkvBias);
            return new Block(spec, attention.apply(qkv), new Mlp(spec.dim(), hidden(spec)));
        }
    },
    /** Fast-iTPN (Tian et al. 2024; fast_itpn/modeling_finetune.py): norms inside the MLPs, gated ones in stage 3. */
    FAST {
        @Override
        boolean hasStemNorm() {
            return false;
        }

        @Override
        CellMerge merge(int dim, double eps) {
            return CellMerge.normFirst(dim, eps);
        }

        @Override
        MlpBlock stemBlock(Block.Spec spec) {
            return new MlpBlock(spec.withLayerScale(0), Mlp.normed(spec.dim(), hidden(spec), spec.eps()));
        }

        @Override
        Block mainBlock(Block.Spec spec, boolean qkvBias, Function<Layer, Attention> attention) {
            Layer mlp = new SwiGlu(spec.dim(), hidden(spec), spec.eps());
            return new Block(spec, attention.apply(new SplitQkv(spec.dim())), mlp);
        }
    };

    /** Whether the first convolution is normalised. */
    abstract boolean hasStemNorm();

    /** From {@code dim} channels to twice as many at half the resolution. */
    abstract CellMerge merge(int dim, double eps);

    abstract MlpBlock stemBlock(Block.Spec spec);

    /** @param attention makes it around queries, keys and values */
    abstract Block mainBlock(Block.Spec spec, boolean qkvBias, Function<Layer, Attention> attention);

    private static int hidden(Block.Spec spec) {
        return (int) (spec.dim() * spec.mlpRatio());
    }
}
