package dev.fovea.dense.detect.box;

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
        HighScores high = HighScores.above(lowestScore, scores);
        return thinned(high.with(high.of(boxes)));
    }

    /** What is left of boxes whose scores are high enough. */
    public ScoredBoxes thinned(ScoredBoxes each) {
        Suppression.Kept kept =
                suppression.apply(each.boxes(), each.scores(), each.labels(), most > 0 ? most : Long.MAX_VALUE);
        return new ScoredBoxes(
                each.boxes().index_select(0, kept.kept()),
                kept.scores(),
                each.labels().index_select(0, kept.kept()));
    }
}
