package dev.fovea.backbone;

import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The fourth map (ConvMAE SEG backbone fpn): 3 x 3 convolution of stride 2 without padding, batch norm, GELU. */
final class CoarseMap extends Layer {
    private final Conv2d conv;
    private final BatchNorm norm;

    CoarseMap(int dim) {
        conv = child("0", new Conv2d(dim, dim, Conv2d.Shape.kernel(3).strided(2)));
        norm = child("1", new BatchNorm(dim));
    }

    @Override
    public Tensor forward(Tensor x) {
        return torch.gelu(norm.forward(conv.forward(x)));
    }
}
