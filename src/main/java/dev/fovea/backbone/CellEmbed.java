package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import org.bytedeco.pytorch.Tensor;

/** The strided convolution of HiViT's stem, with a norm or without, on cells that are cut out: {@code [.., 3 p p] -> [.., C]}. */
final class CellEmbed extends Layer {
    private final Conv2d proj;
    private final LayerNorm norm;

    CellEmbed(int dim, int patch, boolean normed, double eps) {
        proj = child("proj", new Conv2d(3, dim, Conv2d.Shape.patch(patch)));
        norm = normed ? child("norm", new LayerNorm(dim, eps)) : null;
    }

    @Override
    public Tensor forward(Tensor cells) {
        Tensor x = Linear.product(cells, proj.weight().flatten(1, -1), proj.bias());
        return norm == null ? x : norm.forward(x);
    }
}
