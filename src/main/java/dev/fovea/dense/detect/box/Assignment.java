package dev.fovea.dense.detect.box;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Which true object each of N boxes stands for.
 *
 * @param truths int64 {@code [N]}: number of the object, or {@link #BACKGROUND}, or {@link #IGNORED}
 */
public record Assignment(Tensor truths) {
    public static final long BACKGROUND = -1;

    /** Neither an object nor background: takes no part. */
    public static final long IGNORED = -2;

    /** Numbers of the boxes that stand for an object, ascending. */
    public Tensor positives() {
        return truths.ge(new Scalar(0)).nonzero().reshape(-1);
    }

    /** Numbers of the boxes that are background, ascending. */
    public Tensor negatives() {
        return truths.eq(new Scalar(BACKGROUND)).nonzero().reshape(-1);
    }

    /** With {@code count} boxes in front that are the objects themselves. */
    Assignment behind(long count) {
        return new Assignment(Tensors.cat(0, Tensors.range(0, count, truths), truths));
    }
}
