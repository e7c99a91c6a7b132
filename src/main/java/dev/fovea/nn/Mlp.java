package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;

/** Linear, GELU, linear: {@code [.., D] -> [.., D]}. */
public final class Mlp extends Layer {
    private final Linear fc1;
    private final LayerNorm norm;
    private final Linear fc2;
    private final Gelu gelu;

    public Mlp(int dim, int hidden) {
        this(dim, hidden, Gelu.EXACT);
    }

    public Mlp(int dim, int hidden, Gelu gelu) {
        this(dim, hidden, gelu, null);
    }

    private Mlp(int dim, int hidden, Gelu gelu, LayerNorm hiddenNorm) {
        fc1 = child("fc1", new Linear(dim, hidden));
        norm = hiddenNorm == null ? null : child("ffn_ln", hiddenNorm);
        fc2 = child("fc2", new Linear(hidden, dim));
        this.gelu = gelu;
    }

    /** With a norm of the hidden values in front of the second layer (EVA-02; Fast-iTPN). */
    public static Mlp normed(int dim, int hidden, double eps) {
        return new Mlp(dim, hidden, Gelu.EXACT, new LayerNorm(hidden, eps));
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor hidden = gelu.of(fc1.forward(x));
        return fc2.forward(norm == null ? hidden : norm.forward(hidden));
    }
}
