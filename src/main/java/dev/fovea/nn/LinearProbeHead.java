package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * The classifier of MAE's linear probing (main_linprobe.py): batch norm without scale and shift, then linear,
 * {@code [B, D] -> [B, K]}. Registered under {@code head} it has the official keys {@code head.0} and {@code head.1}.
 */
public final class LinearProbeHead extends Layer {
    private final BatchNorm norm;
    private final Linear linear;

    public LinearProbeHead(int dim, int classes) {
        norm = child("0", new BatchNorm(dim, 1e-6, false));
        linear = child("1", new Linear(dim, classes));
        Init.truncNormal(linear.weight(), 0.01);
        Init.zeros(linear.bias());
    }

    @Override
    public Tensor forward(Tensor x) {
        return linear.forward(norm.forward(x));
    }
}
