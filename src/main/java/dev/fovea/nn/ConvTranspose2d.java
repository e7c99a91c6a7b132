package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A transposed convolution whose kernel equals its stride: {@code [B, in, H, W] -> [B, out, kH, kW]}. */
public final class ConvTranspose2d extends Layer {
    private final Tensor weight;
    private final Tensor bias;
    private final long[] stride;

    public ConvTranspose2d(int in, int out, int kernel) {
        weight = parameter("weight", Tensors.zeros(in, out, kernel, kernel));
        bias = parameter("bias", Tensors.zeros(out));
        Init.fanIn(weight, (long) out * kernel * kernel);
        Init.fanIn(bias, (long) out * kernel * kernel);
        stride = new long[] {kernel, kernel};
    }

    @Override
    public Tensor forward(Tensor x) {
        long[] none = {0, 0};
        Tensor laid = x.is_cpu() ? ChannelsLast.of(x) : x;
        Tensor y =
                torch.conv_transpose2d(laid, weight, Tensors.optional(bias), stride, none, none, 1, new long[] {1, 1});
        // Kernels do not overlap: each output element sums over the input channels alone.
        FlopCount.add(y, weight.size(0));
        return y;
    }

    public Tensor weight() {
        return weight;
    }

    public Tensor bias() {
        return bias;
    }
}
