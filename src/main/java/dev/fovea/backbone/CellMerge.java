package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import org.bytedeco.pytorch.Tensor;

/** Four cells become one with twice the channels, in the layout of {@link NestedUnits}: {@code [B, U, s s, C] -> [B, U, s s / 4, 2C]}. */
abstract class CellMerge extends Layer {
    /** HiViT's PatchMerge: join, norm, linear without bias. */
    static CellMerge joinedFirst(int dim, double eps) {
        return new JoinedFirst(dim, eps);
    }

    /** Fast-iTPN's ConvPatchMerge: norm, then a 2 x 2 convolution of stride 2. */
    static CellMerge normFirst(int dim, double eps) {
        return new NormFirst(dim, eps);
    }

    private static final class JoinedFirst extends CellMerge {
        private final LayerNorm norm;
        private final Linear reduction;

        JoinedFirst(int dim, double eps) {
            norm = child("norm", new LayerNorm(4 * dim, eps));
            reduction = child("reduction", new Linear(4 * dim, 2 * dim, false));
        }

        @Override
        public Tensor forward(Tensor x) {
            return reduction.forward(norm.forward(NestedUnits.merge(x)));
        }
    }

    private static final class NormFirst extends CellMerge {
        private final LayerNorm norm;
        private final Conv2d reduction;

        NormFirst(int dim, double eps) {
            norm = child("norm", new LayerNorm(dim, eps));
            reduction = child("reduction", new Conv2d(dim, 2 * dim, Conv2d.Shape.patch(2)));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor joined = NestedUnits.merge(norm.forward(x)); // channels of a column's two cells first
            Tensor weight = reduction.weight().permute(0, 3, 2, 1).flatten(1, -1); // [2C, 4C]
            return Linear.product(joined, weight, reduction.bias());
        }
    }
}
