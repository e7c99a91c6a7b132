package dev.fovea.backbone;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A backbone that computes features of several strides for the visible units of an image alone. */
public interface LevelEncoder {
    /** The outputs of all stages; {@code mask} null = the whole image. */
    UnitLevels levels(Tensor images, TokenMask mask);

    /** Channels of each level, fine to coarse. */
    List<Integer> levelWidths();

    /** Cells along a unit's side at each level, fine to coarse. */
    List<Integer> levelCells();
}
