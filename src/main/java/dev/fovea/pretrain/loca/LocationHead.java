package dev.fovea.pretrain.loca;

import dev.fovea.nn.Gelu;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Tap;
import org.bytedeco.pytorch.Tensor;

/**
 * Lets the patches of queries look at the reference and say where in it they lie (LOCA, section 3.1).
 */
public final class LocationHead extends Layer {
    private final CrossBlock block;
    private final LayerNorm norm;
    private final Linear predictor;

    /**
     * The sizes of the head.
     *
     * @param outputs places in the reference, or the numbers of a box
     */
    record Spec(int dim, int heads, int hidden, int outputs) {}

    LocationHead(Spec spec, Gelu gelu) {
        block = child("block", new CrossBlock(spec.dim(), spec.heads(), spec.hidden(), gelu));
        norm = child("norm", new LayerNorm(spec.dim(), 1e-6));
        predictor = child("predictor", new Linear(spec.dim(), spec.outputs()));
    }

    /**
     * Scores of the reference's patches for each patch: {@code [Q B, n, D], [B, M, D] -> [Q B, n, N]}.
     *
     * @param context what is shown of the reference; null = nothing
     */
    public Tensor patches(Tensor tokens, Tensor context) {
        return predictor.forward(seen(tokens, context));
    }

    /** Top, left, height and width of each query in units of the reference: {@code [Q B, n, D], [B, M, D] -> [Q B, 4]}. */
    Tensor boxes(Tensor tokens, Tensor context) {
        return predictor.forward(seen(tokens, context).mean(1)).sigmoid();
    }

    private Tensor seen(Tensor tokens, Tensor context) {
        return norm.forward(Tap.mark("cross_attention_block", block.forward(tokens, context)));
    }
}
