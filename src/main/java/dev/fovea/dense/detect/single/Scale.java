package dev.fovea.dense.detect.single;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** A learned factor (mmcv cnn/bricks/scale.py), at first 1. */
final class Scale extends Layer {
    private final Tensor scale;

    Scale() {
        scale = parameter("scale", Tensors.full(1.0));
    }

    @Override
    public Tensor forward(Tensor x) {
        return x.mul(scale);
    }
}
