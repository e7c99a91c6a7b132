package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

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

        public Shape dilated(int newDilation) {
            return new Shape(kernel, stride, padding, newDilation, groups, bias);
        }

        public Shape grouped(int newGroups) {
            return new Shape(kernel, stride, padding, dilation, newGroups, bias);
        }

        public Shape withoutBias() {
            return new Shape(kernel, stride, padding, dilation, groups, false);
        }
    }

    /** Columns of a depthwise kernel for whose gradient oneDNN has its fast code; a wider one takes ten times as long. */
    private static final int STRIP = 3;

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
        if (trainsWideDepthwise(x)) {
            return strips(x, padding);
        }
        Tensor y = multiply(x, weight, bias, padding);
        FlopCount.add(y, weight.numel() / weight.size(0));
        return y;
    }

    /** Kernels for whose gradient oneDNN leaves its fast code; their height makes no difference. */
    private boolean trainsWideDepthwise(Tensor x) {
        boolean depthwise = shape.groups() > 1 && weight.size(0) == shape.groups() && weight.size(1) == 1;
        boolean plain = shape.stride() == 1 && shape.dilation() == 1;
        return depthwise && plain && shape.kernel() > STRIP && x.is_cpu() && GradMode.is_enabled();
    }

    /** The same convolution as a sum over strips of the kernel's columns, each shifted to its place. */
    private Tensor strips(Tensor x, int padding) {
        Tensor padded = padding == 0 ? x : bordered(x, padding);
        long width = padded.size(3) - shape.kernel() + 1;
        Tensor sum = null;
        for (int column = 0; column < shape.kernel(); column += STRIP) {
            Tensor strip = weight.narrow(3, column, Math.min(STRIP, shape.kernel() - column));
            Tensor part = multiply(padded, strip, sum == null ? bias : null, 0)
                    .permute(0, 2, 3, 1) // channels last, so that the gradient of the cut is too
                    .narrow(2, column, width);
            FlopCount.add(part, strip.numel() / strip.size(0));
            sum = sum == null ? part : sum.add(part);
        }
        return sum.permute(0, 3, 1, 2);
    }

    /** With zeros around it: the fast code takes no padding of more than half a strip. */
    private static Tensor bordered(Tensor x, int padding) {
        long p = padding;
        return torch.constant_pad_nd(x.permute(0, 2, 3, 1), new long[] {0, 0, p, p, p, p})
                .permute(0, 3, 1, 2);
    }

    private Tensor multiply(Tensor x, Tensor kernel, Tensor offset, int padding) {
        if (!x.is_cpu()) {
            return multiplyAsItIs(x, kernel, offset, padding);
        }
        // Of a single cell or channel no layout can be told: zeros beside it make two.
        if (x.size(2) * x.size(3) == 1 && padding > 0) {
            return multiply(bordered(x, padding), kernel, offset, 0);
        }
        if (x.size(1) == 1 && shape.groups() == 1) {
            long[] one = {0, 0, 0, 0, 0, 1};
            return multiply(torch.constant_pad_nd(x, one), torch.constant_pad_nd(kernel, one), offset, padding);
        }
        if (shape.groups() > 1 || kernel.size(0) % 2 == 0) {
            return multiplyAsItIs(ChannelsLast.of(x), kernel, offset, padding);
        }
        Tensor even = torch.constant_pad_nd(kernel, new long[] {0, 0, 0, 0, 0, 0, 0, 1});
        Tensor offsets = offset == null ? null : torch.constant_pad_nd(offset, new long[] {0, 1});
        return multiplyAsItIs(ChannelsLast.of(x), even, offsets, padding).narrow(1, 0, kernel.size(0));
    }

    private Tensor multiplyAsItIs(Tensor x, Tensor kernel, Tensor offset, int padding) {
        return torch.conv2d(
                x,
                kernel,
                Tensors.optional(offset),
                both(shape.stride()),
                both(padding),
                both(shape.dilation()),
                shape.groups());
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
