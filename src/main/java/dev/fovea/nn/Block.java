package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** A pre-norm transformer block: {@code x + attn(norm1 x)}, then {@code x + mlp(norm2 x)}; {@code [B, N, D] -> [B, N, D]}. */
public final class Block extends Layer {
    /**
     * One block's settings.
     *
     * @param layerScale start of the two learned channel scales gamma_1 and gamma_2; 0 = none
     * @param grid rows and columns for a relative position bias of its own; null = none
     */
    public record Spec(
            int dim, int heads, double mlpRatio, double dropPath, double eps, double layerScale, int[] grid) {
        public static Spec plain(int dim, int heads, double mlpRatio) {
            return new Spec(dim, heads, mlpRatio, 0, 1e-6, 0, null);
        }

        public Spec withDropPath(double rate) {
            return new Spec(dim, heads, mlpRatio, rate, eps, layerScale, grid);
        }

        public Spec withLayerScale(double start) {
            return new Spec(dim, heads, mlpRatio, dropPath, eps, start, grid);
        }
    }

    private final LayerNorm norm1;
    private final Attention attn;
    private final LayerNorm norm2;
    private final Layer mlp;
    private final DropPath dropPath;
    private final Tensor gamma1;
    private final Tensor gamma2;

    public Block(Spec spec) {
        this(spec, new Attention(spec.dim(), spec.heads(), spec.grid()), new Mlp(spec.dim(), (int)
                (spec.dim() * spec.mlpRatio())));
    }

    /** With parts of other kinds, which have their own say over what the spec holds of them. */
    public Block(Spec spec, Attention attention, Layer transform) {
        gamma1 = spec.layerScale() == 0 ? null : parameter("gamma_1", scale(spec));
        gamma2 = spec.layerScale() == 0 ? null : parameter("gamma_2", scale(spec));
        norm1 = child("norm1", new LayerNorm(spec.dim(), spec.eps()));
        attn = child("attn", attention);
        dropPath = child("drop_path", new DropPath(spec.dropPath()));
        norm2 = child("norm2", new LayerNorm(spec.dim(), spec.eps()));
        mlp = child("mlp", transform);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Recompute.through(y -> transformed(y.add(branch(attn.forward(norm1.forward(y)), gamma1))), x);
    }

    /** @param positions of the tokens; null = no bias of relative positions */
    public Tensor forward(Tensor x, RelativePositions positions) {
        return Recompute.through(y -> transformed(y.add(branch(attn.forward(norm1.forward(y), positions), gamma1))), x);
    }

    /** With attention inside windows. */
    public Tensor forward(Tensor x, Windows windows, RelativePositions positions) {
        return Recompute.through(
                y -> transformed(y.add(branch(attn.forward(norm1.forward(y), windows, positions), gamma1))), x);
    }

    private Tensor transformed(Tensor x) {
        return x.add(branch(mlp.forward(norm2.forward(x)), gamma2));
    }

    private Tensor branch(Tensor y, Tensor gamma) {
        return dropPath.forward(gamma == null ? y : y.mul(gamma.to(y.scalar_type())));
    }

    private static Tensor scale(Spec spec) {
        return Tensors.full(spec.layerScale(), spec.dim());
    }
}
