package dev.fovea.dense.detect;

import dev.fovea.tensor.Shapes;
import org.bytedeco.pytorch.Tensor;

/**
 * What is to be found in one image of a batch.
 *
 * @param boxes float {@code [G, 4]} in pixels of the network's input; G may be 0
 * @param labels int64 {@code [G]}, classes from 0
 * @param masks uint8 {@code [G, H, W]} of zeros and ones at the padded size, which may stay on the CPU; null where
 *     only boxes are trained
 * @param semantic int64 {@code [H / 8, W / 8]} of the whole batch's size: the class of each cell, things and stuff, 255
 *     for none; null without a semantic branch
 */
public record GroundTruth(ImageSize size, Tensor boxes, Tensor labels, Tensor masks, Tensor semantic) {
    public GroundTruth {
        if (boxes.dim() != 2 || boxes.size(1) != 4) {
            throw new IllegalArgumentException("boxes of shape %s are not [G, 4]".formatted(Shapes.text(boxes)));
        }
        if (labels.dim() != 1 || labels.size(0) != boxes.size(0)) {
            throw new IllegalArgumentException("labels of shape %s do not fit boxes of shape %s"
                    .formatted(Shapes.text(labels), Shapes.text(boxes)));
        }
        if (masks != null && (masks.dim() != 3 || masks.size(0) != boxes.size(0))) {
            throw new IllegalArgumentException(
                    "masks of shape %s do not fit boxes of shape %s".formatted(Shapes.text(masks), Shapes.text(boxes)));
        }
        if (semantic != null && semantic.dim() != 2) {
            throw new IllegalArgumentException(
                    "a semantic map of shape %s is not [h, w]".formatted(Shapes.text(semantic)));
        }
    }

    /** Boxes alone. */
    public GroundTruth(ImageSize size, Tensor boxes, Tensor labels) {
        this(size, boxes, labels, null, null);
    }

    public long count() {
        return boxes.size(0);
    }
}
