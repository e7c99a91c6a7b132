package dev.fovea.nn;

import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A two-dimensional convolution: {@code [B, in, H, W] -> [B, out, H', W']}. Starts as PyTorch's default. */
public final class Conv2d extends Layer {
    /** Square kernels; {@code groups} equal to the channels makes it depthwise. */
    public record Shape(int kernel, int stride, int padding, int dilation, int groups, boolean bias) {
        public static Shape kernel(int kernel) {
            return new Shape(kernel, 1, 0, 1, 1, true);
        }

        /** Kernel = stride, no padding: patches that do not overlap. */
        public static Shape patch(int side) {
            return new Shape(side, side, 0, 1, 1, true);
        }

        /** Keeps H and W at stride 1 (odd kernels). */
        public Shape same() {
            return padded(dilation * (kernel - 1) / 2);
        }

        public Shape padded(int newPadding) {
            return new Shape(kernel, stride, newPadding, dilation, groups, bias);
        }

        public Shape strided(int newStride) {
            return new Shape(kernel, newStride, padding, dilation, groups, bias);
        }

        public Shape grouped(int newGroups) {
            return new Shape(kernel, stride, padding, dilation, newGroups, bias);
        }

        public Shape withoutBias() {
            return new Shape(kernel, stride, padding, dilation, groups, false);
        }
    }

    private final Tensor weight;
    private final Tensor bias;
    private final Shape shape;

    public Conv2d(int in, int out, Shape shape) {
        require(
                in % shape.groups() == 0 && out % shape.groups() == 0,
                "convolution channels %d -> %d are not divisible by groups %d",
                in,
                out,
                shape.groups());
        this.shape = shape;
        int perGroup = in / shape.groups();
        long fanIn = (long) perGroup * shape.kernel() * shape.kernel();
        weight = parameter("weight", Tensors.zeros(out, perGroup, shape.kernel(), shape.kernel()));
        Init.fanIn(weight, fanIn);
        bias = shape.bias() ? parameter("bias", Tensors.zeros(out)) : null;
        if (shape.bias()) {
            Init.fanIn(bias, fanIn);
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        return convolve(x, shape.padding());
    }

    /** The same without padding, for inputs that bring their border with them. */
    public Tensor unpadded(Tensor x) {
        return convolve(x, 0);
    }

    private Tensor convolve(Tensor x, int padding) {
        if (!trainsDepthwise(x)) {
            return multiply(x, padding);
        }
        try (Precision.Scope exact = Precision.FP32.open()) {
            return multiply(x.to(ScalarType.Float), padding);
        }
    }

    /** oneDNN has no bfloat16 kernel for the weight gradient of grouped convolutions: its substitute takes twice float32's time. */
    private boolean trainsDepthwise(Tensor x) {
        return shape.groups() > 1 && x.is_cpu() && GradMode.is_enabled() && torch.is_autocast_enabled(DeviceType.CPU);
    }

    private Tensor multiply(Tensor x, int padding) {
        Tensor y = torch.conv2d(
                x,
                weight,
                Tensors.optional(bias),
                both(shape.stride()),
                both(padding),
                both(shape.dilation()),
                shape.groups());
        FlopCount.add(y, weight.numel() / weight.size(0));
        return y;
    }

    public Tensor weight() {
        return weight;
    }

    /** {@code null} for a convolution without bias. */
    public Tensor bias() {
        return bias;
    }

    private static long[] both(long value) {
        return new long[] {value, value};
    }
}
