package dev.fovea.backbone;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Features of the present units of an image at several strides, fine to coarse: {@code [B, U, s s, C]} each, with
 * {@code s} cells along a unit's side, 1 at the last. {@code U = M} with hidden units left out, else {@code N}.
 */
public record UnitLevels(List<Tensor> levels, CellOrder order) {
    public UnitLevels {
        levels = List.copyOf(levels);
    }

    /** The coarsest level as tokens: {@code [B, U, C]}. */
    public Tensor top() {
        return levels.get(levels.size() - 1).squeeze(2);
    }
}
