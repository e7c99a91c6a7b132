package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import dev.fovea.nn.Recompute;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A residual block of the neck on {@code [B, U, s s, F]}: a channel MLP as published, or a 3 x 3 convolution over the dense
 * grid and a linear layer, which together have about as many weights.
 */
final class NeckBlock extends Layer {
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final Conv2d conv;
    private final Linear proj;

    NeckBlock(NeckSpec spec, double eps) {
        int dim = spec.dim();
        boolean convolves = spec.kind() == NeckSpec.Kind.CONVOLUTION;
        norm2 = child("norm2", new LayerNorm(dim, eps));
        mlp = convolves ? null : child("mlp", new Mlp(dim, (int) (dim * spec.mlpRatio())));
        conv = convolves
                ? child("conv", new Conv2d(dim, dim, Conv2d.Shape.kernel(3).same()))
                : null;
        proj = convolves ? child("proj", new Linear(dim, dim)) : null;
    }

    /** @param units where a convolution finds its neighbours */
    Tensor forward(Tensor x, NestedUnits units) {
        return Recompute.through(y -> y.add(branch(norm2.forward(y), units)), x);
    }

    private Tensor branch(Tensor x, NestedUnits units) {
        if (mlp != null) {
            return mlp.forward(x);
        }
        Tensor mixed = units.gather(conv.forward(units.toMap(x)));
        return proj.forward(torch.gelu(mixed));
    }
}
