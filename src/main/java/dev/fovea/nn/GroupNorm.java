package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Normalises groups of channels of each image (Wu and He 2018): {@code [B, C, ..] -> [B, C, ..]}. */
public final class GroupNorm extends Layer {
    private static final double EPS = 1e-5;

    private final Tensor weight;
    private final Tensor bias;
    private final int groups;

    public GroupNorm(int groups, int channels) {
        require(
                groups >= 1 && channels % groups == 0,
                "group norm: channels %d are not divisible by groups %d",
                channels,
                groups);
        weight = parameter("weight", Tensors.ones(channels));
        bias = parameter("bias", Tensors.zeros(channels));
        this.groups = groups;
    }

    @Override
    public Tensor forward(Tensor x) {
        return torch.group_norm(x, groups, Tensors.optional(weight), Tensors.optional(bias), EPS, false);
    }
}
