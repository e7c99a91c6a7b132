package dev.fovea.dense.mask2former;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Linear, ReLU, linear (mmcv cnn/bricks/transformer.py FFN), without the identity: {@code [.., D] -> [.., D]}. */
final class FeedForward extends Layer {
    private final Linear first;
    private final Linear second;

    FeedForward(int dim, int hidden) {
        first = new Linear(dim, hidden);
        second = new Linear(hidden, dim);
        Init.xavierNormal(first.weight());
        Init.xavierNormal(second.weight());
        childList("layers", List.of(new Activated(first), second));
    }

    @Override
    public Tensor forward(Tensor x) {
        return second.forward(first.forward(x).relu_());
    }

    /** The reference keeps the first layer and its activation together. */
    private static final class Activated extends Layer {
        Activated(Linear linear) {
            child("0", linear);
        }
    }
}
