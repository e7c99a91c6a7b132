package dev.fovea.pretrain.beit2;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import org.bytedeco.pytorch.Tensor;

/** Linear, tanh, linear, between a transformer and a codebook or a teacher's features: {@code [.., in] -> [.., out]}. */
final class TaskHead extends Layer {
    private final Linear fc1;
    private final Linear fc2;

    TaskHead(int in, int out) {
        fc1 = child("fc1", new Linear(in, in));
        fc2 = child("fc2", new Linear(in, out));
        Init.Scheme.TRUNC_NORMAL.apply(this);
    }

    @Override
    public Tensor forward(Tensor x) {
        return fc2.forward(fc1.forward(x).tanh());
    }
}
