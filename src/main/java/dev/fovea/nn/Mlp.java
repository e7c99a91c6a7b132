package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Linear, exact GELU, linear: {@code [.., D] -> [.., D]}. The tanh form of GELU is four times slower on CPUs. */
public final class Mlp extends Layer {
    private final Linear fc1;
    private final LayerNorm norm;
    private final Linear fc2;

    public Mlp(int dim, int hidden) {
        this(dim, hidden, null);
    }

    private Mlp(int dim, int hidden, LayerNorm hiddenNorm) {
        fc1 = child("fc1", new Linear(dim, hidden));
        norm = hiddenNorm == null ? null : child("ffn_ln", hiddenNorm);
        fc2 = child("fc2", new Linear(hidden, dim));
    }

    /** With a norm of the hidden values in front of the second layer (EVA-02; Fast-iTPN). */
    public static Mlp normed(int dim, int hidden, double eps) {
        return new Mlp(dim, hidden, new LayerNorm(hidden, eps));
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor hidden = torch.gelu(fc1.forward(x));
        return fc2.forward(norm == null ? hidden : norm.forward(hidden));
    }
}
