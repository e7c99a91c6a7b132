package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Normalises the last dimension (Ba et al. 2016): {@code [.., D] -> [.., D]}. */
public final class LayerNorm extends Layer {
    private final Tensor weight;
    private final Tensor bias;
    private final long[] shape;
    private final double eps;

    public LayerNorm(int dim, double eps) {
        weight = parameter("weight", Tensors.ones(dim));
        bias = parameter("bias", Tensors.zeros(dim));
        shape = new long[] {dim};
        this.eps = eps;
    }

    @Override
    public Tensor forward(Tensor x) {
        return torch.layer_norm(x, shape, new TensorOptional(weight), new TensorOptional(bias), eps, false);
    }

    /** Normalises the channels of a map: {@code [B, C, H, W] -> [B, C, H, W]}. */
    public Tensor forwardChannels(Tensor x) {
        return forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
    }
}
