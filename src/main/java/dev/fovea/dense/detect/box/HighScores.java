package dev.fovea.dense.detect.box;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The scores of N boxes and K classes that are high enough, n of them, box by box.
 *
 * @param places int64 {@code [n]} among all {@code [N K]}
 * @param rows int64 {@code [n]}: whose boxes'
 * @param labels int64 {@code [n]}
 * @param scores {@code [n]}
 */
public record HighScores(Tensor places, Tensor rows, Tensor labels, Tensor scores) {
    /** Those above {@code lowest} of {@code [N, K]}. */
    public static HighScores above(double lowest, Tensor scores) {
        Scalar k = new Scalar(scores.size(1));
        Tensor places = scores.gt(new Scalar(lowest)).reshape(-1).nonzero().reshape(-1);
        return new HighScores(
                places,
                places.floor_divide(k),
                places.remainder(k),
                scores.reshape(-1).index_select(0, places));
    }

    /** What belongs to them of four numbers for each box {@code [N, 4]}, or for each of its classes {@code [N, 4 K]}: {@code [n, 4]}. */
    public Tensor of(Tensor fours) {
        return fours.size(1) == 4
                ? fours.index_select(0, rows)
                : fours.reshape(-1, 4).index_select(0, places);
    }

    /** @param boxes {@code [n, 4]} */
    public ScoredBoxes with(Tensor boxes) {
        return new ScoredBoxes(boxes, scores, labels);
    }
}
