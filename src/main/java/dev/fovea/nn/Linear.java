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
        return product(x, weight, bias);
    }

    /** {@code x W^T + b} with a weight {@code [out, in]} that lives elsewhere; {@code bias} may be null. */
    public static Tensor product(Tensor x, Tensor weight, Tensor bias) {
        Tensor y = bias == null ? torch.linear(x, weight) : torch.linear(x, weight, new TensorOptional(bias));
        FlopCount.add(y, weight.size(1));
        return y;
    }

    public Tensor weight() {
        return weight;
    }

    /** {@code null} for a layer without bias. */
    public Tensor bias() {
        return bias;
    }
}
