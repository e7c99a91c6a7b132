package dev.fovea.dense.detect.box;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * From scores of every class at every box to the boxes found (mmdet core/post_processing/bbox_nms.py multiclass_nms).
 *
 * @param lowestScore candidates have more
 * @param most boxes of an image at most; 0 = all
 */
public record ClasswiseNms(double lowestScore, Suppression suppression, int most) {
    /**
     * @param boxes {@code [N, 4]}, or {@code [N, 4 K]} with one box per class
     * @param scores {@code [N, K]}, the background left out
     */
    public ScoredBoxes apply(Tensor boxes, Tensor scores) {
        ScoredBoxes each = above(lowestScore, boxes, scores);
        Suppression.Kept kept =
                suppression.apply(each.boxes(), each.scores(), each.labels(), most > 0 ? most : Long.MAX_VALUE);
        return new ScoredBoxes(
                each.boxes().index_select(0, kept.kept()),
                kept.scores(),
                each.labels().index_select(0, kept.kept()));
    }

    /** The same before suppression: every box of every class whose score is high enough, in no order. */
    public static ScoredBoxes above(double lowestScore, Tensor boxes, Tensor scores) {
        long n = scores.size(0), k = scores.size(1);
        Tensor places = scores.gt(new Scalar(lowestScore)).reshape(-1).nonzero().reshape(-1);
        Tensor labels = places.remainder(new Scalar(k));
        Tensor each = boxes.size(1) == 4
                ? boxes.index_select(0, places.floor_divide(new Scalar(k)))
                : boxes.reshape(n * k, 4).index_select(0, places);
        return new ScoredBoxes(each, scores.reshape(-1).index_select(0, places), labels);
    }
}
