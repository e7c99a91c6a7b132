package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A gated MLP with a norm on the hidden values (Shazeer 2020; EVA-02): {@code w3 norm(silu(w1 x) * w2 x)}, {@code [.., D] -> [.., D]}. */
public final class SwiGlu extends Layer {
    private final Linear w1;
    private final Linear w2;
    private final LayerNorm norm;
    private final Linear w3;

    public SwiGlu(int dim, int hidden, double eps) {
        w1 = child("w1", new Linear(dim, hidden));
        w2 = child("w2", new Linear(dim, hidden));
        norm = child("ffn_ln", new LayerNorm(hidden, eps));
        w3 = child("w3", new Linear(hidden, dim));
    }

    @Override
    public Tensor forward(Tensor x) {
        return w3.forward(norm.forward(torch.silu(w1.forward(x)).mul(w2.forward(x))));
    }
}
