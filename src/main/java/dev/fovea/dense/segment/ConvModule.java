package dev.fovea.dense.segment;

import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import org.bytedeco.pytorch.Tensor;

/**
 * Convolution, batch norm, ReLU (mmcv cnn/bricks/conv_module.py), {@code [B, in, H, W] -> [B, out, H, W]}. The
 * convolution has a bias only when there is no norm.
 */
public final class ConvModule extends Layer {
    private final Conv2d conv;
    private final BatchNorm bn;

    public ConvModule(int in, int out, int kernel) {
        this(in, out, kernel, true);
    }

    public ConvModule(int in, int out, int kernel, boolean normed) {
        Conv2d.Shape shape = Conv2d.Shape.kernel(kernel).same();
        conv = child("conv", new Conv2d(in, out, normed ? shape.withoutBias() : shape));
        bn = normed ? child("bn", new BatchNorm(out)) : null;
        Init.kaimingNormalFanOut(conv.weight());
        if (!normed) {
            Init.zeros(conv.bias());
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor y = conv.forward(x);
        return (bn == null ? y : bn.forward(y)).relu_();
    }
}
