package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Strided convolution, channel norm, GELU (ConvMAE models_convmae.py PatchEmbed), on cells: {@code [.., p p C] -> [.., D]}. */
final class ConvPatchEmbed extends Layer {
    private final Conv2d proj;
    private final LayerNorm norm;

    ConvPatchEmbed(int channels, int dim, int patch) {
        proj = child("proj", new Conv2d(channels, dim, Conv2d.Shape.patch(patch)));
        norm = child("norm", new LayerNorm(dim, 1e-5));
    }

    /** Cells whose values stand channel first, as they are cut from images. */
    Tensor embedPixels(Tensor cells) {
        return finish(cells, proj.weight().flatten(1, -1));
    }

    /** Cells whose values stand channel last, as they are merged from finer cells. */
    Tensor embedCells(Tensor cells) {
        return finish(cells, proj.weight().permute(0, 2, 3, 1).flatten(1, -1));
    }

    private Tensor finish(Tensor cells, Tensor weight) {
        return torch.gelu(norm.forward(Linear.product(cells, weight, proj.bias())));
    }

    Conv2d proj() {
        return proj;
    }
}
