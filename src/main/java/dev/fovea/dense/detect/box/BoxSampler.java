package dev.fovea.dense.detect.box;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Chooses boxes for training, objects and background in a wanted mixture (mmdet core/bbox/samplers/random_sampler.py).
 *
 * @param count boxes per image
 * @param positiveShare at most this share of them stands for objects
 * @param negativesPerPositive bound on the background; negative = none
 * @param addTruths whether the objects' own boxes stand in front of those that are sampled from
 */
public record BoxSampler(
        int count, double positiveShare, double negativesPerPositive, boolean addTruths, Choice choice) {
    public BoxSampler {
        if (count < 1 || !(positiveShare >= 0 && positiveShare <= 1)) {
            throw new IllegalArgumentException(
                    "sampler wants count >= 1 and a positiveShare between 0 and 1, not %d and %s"
                            .formatted(count, positiveShare));
        }
    }

    public BoxSampler(int count, double positiveShare, boolean addTruths) {
        this(count, positiveShare, -1, addTruths, Choice.RANDOM);
    }

    /**
     * A sample of boxes {@code [N, 4]}, without gradients.
     *
     * @param truths the objects' boxes {@code [G, 4]} that the assignment is about
     */
    public Sample sample(Assignment assignment, Tensor boxes, Tensor truths) {
        try (NoGrad off = new NoGrad()) {
            long added = addTruths ? truths.size(0) : 0;
            Assignment all = added > 0 ? assignment.behind(added) : assignment;
            Tensor from = added > 0 ? Tensors.cat(0, truths, boxes) : boxes;
            Tensor positives = choice.among(all.positives(), (long) (count * positiveShare));
            long taken = positives.size(0), left = count - taken;
            if (negativesPerPositive >= 0) {
                left = Math.min(left, (long) (negativesPerPositive * Math.max(1, taken)));
            }
            Tensor negatives = choice.among(all.negatives(), left);
            return new Sample(
                    positives,
                    negatives,
                    from.index_select(0, positives),
                    from.index_select(0, negatives),
                    all.truths().index_select(0, positives),
                    added);
        }
    }
}
