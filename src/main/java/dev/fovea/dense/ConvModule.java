package dev.fovea.dense;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import org.bytedeco.pytorch.Tensor;

/** Convolution, norm, ReLU (mmcv cnn/bricks/conv_module.py), {@code [B, in, H, W] -> [B, out, H', W']}. */
public final class ConvModule extends Layer {
    private final Conv2d conv;
    private final Layer norm;
    private final boolean relu;

    /** Keeps the size; batch norm instead of a bias, then ReLU. */
    public ConvModule(int in, int out, int kernel) {
        this(in, out, kernel, Norm.BATCH);
    }

    /** The same with any norm, or a bias instead. */
    public ConvModule(int in, int out, int kernel, Norm norm) {
        this(in, out, norm.withoutIdleBias(Conv2d.Shape.kernel(kernel).same()), norm, true);
    }

    /** @param relu whether the output is rectified */
    public ConvModule(int in, int out, Conv2d.Shape shape, Norm norm, boolean relu) {
        conv = child("conv", new Conv2d(in, out, shape));
        this.norm = norm.equals(Norm.NONE) ? null : child(norm.name(), norm.layer(out));
        this.relu = relu;
        Init.kaimingNormalFanOut(conv.weight());
        if (shape.bias()) {
            Init.zeros(conv.bias());
        }
    }

    /** For heads that start it in their own way. */
    public Conv2d conv() {
        return conv;
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor y = conv.forward(x);
        y = norm == null ? y : norm.forward(y);
        return relu ? y.relu_() : y;
    }
}
