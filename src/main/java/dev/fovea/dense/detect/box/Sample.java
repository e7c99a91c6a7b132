package dev.fovea.dense.detect.box;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Boxes of one image chosen for training: P that stand for objects and Q of background.
 *
 * @param positives int64 {@code [P]}, their numbers among the boxes that were sampled from, ascending
 * @param negatives int64 {@code [Q]}, the same
 * @param positiveBoxes {@code [P, 4]}
 * @param negativeBoxes {@code [Q, 4]}
 * @param truths int64 {@code [P]}: the object that each stands for
 * @param truthsAdded how many of the sampled boxes in front are the objects themselves
 */
public record Sample(
        Tensor positives,
        Tensor negatives,
        Tensor positiveBoxes,
        Tensor negativeBoxes,
        Tensor truths,
        long truthsAdded) {
    /** Positives first: {@code [P + Q, 4]}. */
    public Tensor boxes() {
        return Tensors.cat(0, positiveBoxes, negativeBoxes);
    }

    /** Which of {@link #boxes} are no objects that were added: bool {@code [P + Q]}. */
    public Tensor found() {
        return Tensors.cat(0, positives, negatives).ge(new Scalar(truthsAdded));
    }

    public long count() {
        return positives.size(0) + negatives.size(0);
    }
}
