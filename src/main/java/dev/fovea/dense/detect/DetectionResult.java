package dev.fovea.dense.detect;

import dev.fovea.data.instance.Rle;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What was found in one image, best first, in pixels of the original image.
 *
 * @param boxes float {@code [N, 4]}
 * @param scores float {@code [N]}
 * @param labels int64 {@code [N]}
 * @param masks one per box, at the size of the original image; null from a detector of boxes alone
 */
public record DetectionResult(Tensor boxes, Tensor scores, Tensor labels, List<Rle> masks) {
    public DetectionResult {
        long count = boxes.size(0);
        if (scores.size(0) != count || labels.size(0) != count || masks != null && masks.size() != count) {
            throw new IllegalArgumentException("%d boxes, %d scores, %d labels and %s masks do not belong together"
                    .formatted(count, scores.size(0), labels.size(0), masks == null ? "no" : masks.size()));
        }
        masks = masks == null ? null : List.copyOf(masks);
    }

    public int count() {
        return (int) boxes.size(0);
    }
}
