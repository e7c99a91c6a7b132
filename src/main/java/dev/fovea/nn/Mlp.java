package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Linear, exact GELU, linear: {@code [.., D] -> [.., D]}. The tanh form of GELU is four times slower on CPUs. */
public final class Mlp extends Layer {
    private final Linear fc1;
    private final Linear fc2;

    public Mlp(int dim, int hidden) {
        fc1 = child("fc1", new Linear(dim, hidden));
        fc2 = child("fc2", new Linear(hidden, dim));
    }

    @Override
    public Tensor forward(Tensor x) {
        return fc2.forward(torch.gelu(fc1.forward(x)));
    }
}
