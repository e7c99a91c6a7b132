package dev.fovea.backbone;

import dev.fovea.tensor.Shapes;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Features of the present units of an image at several strides, fine to coarse: {@code [B, U, s s, C]} each, with
 * {@code s} cells along a unit's side, 1 at the last. {@code U = M} with hidden units left out, else {@code N}.
 */
public record UnitLevels(List<Tensor> levels) {
    public UnitLevels {
        levels = List.copyOf(levels);
        long last = levels.get(levels.size() - 1).size(2);
        if (last != 1) {
            throw new IllegalArgumentException("the coarsest level %s has %d cells in a unit, not 1"
                    .formatted(Shapes.text(levels.get(levels.size() - 1)), last));
        }
    }

    /** The coarsest level as tokens: {@code [B, U, C]}. */
    public Tensor top() {
        return levels.get(levels.size() - 1).squeeze(2);
    }
}
