package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A transformer block without attention: {@code x + mlp(norm2 x)}, the channel MLP of HiViT and iTPN; positions never
 * meet, {@code [B, .., D] -> [B, .., D]}.
 */
public final class MlpBlock extends Layer {
    private final LayerNorm norm2;
    private final Layer mlp;
    private final DropPath dropPath;
    private final Tensor gamma2;

    /** @param spec of which width, drop path, eps and layer scale are taken */
    public MlpBlock(Block.Spec spec, Layer transform) {
        gamma2 = spec.layerScale() == 0 ? null : parameter("gamma_2", Tensors.full(spec.layerScale(), spec.dim()));
        norm2 = child("norm2", new LayerNorm(spec.dim(), spec.eps()));
        dropPath = child("drop_path", new DropPath(spec.dropPath()));
        mlp = child("mlp", transform);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Recompute.through(this::branch, x);
    }

    private Tensor branch(Tensor x) {
        Tensor y = mlp.forward(norm2.forward(x));
        return x.add(dropPath.forward(gamma2 == null ? y : y.mul(gamma2.to(y.scalar_type()))));
    }
}
