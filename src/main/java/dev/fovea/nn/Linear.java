package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** {@code [.., in] -> [.., out]}: {@code x W^T + b}. Starts as PyTorch's default. */
public final class Linear extends Layer {
    private final Tensor weight;
    private final Tensor bias;

    public Linear(int in, int out) {
        this(in, out, true);
    }

    public Linear(int in, int out, boolean withBias) {
        weight = parameter("weight", Tensors.zeros(out, in));
        Init.fanIn(weight, in);
        bias = withBias ? parameter("bias", Tensors.zeros(out)) : null;
        if (withBias) {
            Init.fanIn(bias, in);
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        return bias == null ? torch.linear(x, weight) : torch.linear(x, weight, new TensorOptional(bias));
    }

    public Tensor weight() {
        return weight;
    }

    /** {@code null} for a layer without bias. */
    public Tensor bias() {
        return bias;
    }
}
