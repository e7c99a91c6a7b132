package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.TokenMask;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Where the targets of masked feature modelling come from. */
interface FeatureTargets {
    /** Cells of a unit along its side and channels, of each target. */
    record Level(int side, int width) {
        int cells() {
            return side * side;
        }
    }

    List<Level> levels();

    /**
     * What the units that {@code visible} shows should be told as, normalised per cell: {@code [B, H, s s, W]} for each
     * level, float32 and without gradient.
     *
     * @param shown the units to be predicted are this mask's visible ones
     */
    List<Tensor> of(Tensor images, TokenMask shown);

    /** Each cell's features with mean 0 and variance 1. */
    static Tensor normalised(Tensor features) {
        long[] width = {features.size(-1)};
        return torch.layer_norm(features.to(ScalarType.Float), width);
    }
}
