package dev.fovea.dense.detect.single;

import org.bytedeco.pytorch.Tensor;

/**
 * What a head says of one level, float.
 *
 * @param classes logits {@code [B, A K, h, w]}
 * @param boxes in the head's own coding {@code [B, A C, h, w]}
 * @param quality logits of how well a box fits {@code [B, A, h, w]}; null where the classes' scores say it
 */
public record LevelMaps(Tensor classes, Tensor boxes, Tensor quality) {
    /** {@code [B, A C, h, w] -> [B, h w A, C]}: a row for each anchor, in the anchors' order. */
    static Tensor rows(Tensor map, long width) {
        return map.permute(0, 2, 3, 1).reshape(map.size(0), -1, width);
    }
}
