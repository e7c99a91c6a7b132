package dev.fovea.dense.detect.single;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The losses of detectors without proposals; each gives a value for every row, not yet weighted. */
final class DenseLosses {
    private static final int EACH = 0;

    private DenseLosses() {}

    /** Labels as rows of zeros with a one, all zeros for background: int64 {@code [N] -> [N, K]}. */
    static Tensor oneHot(Tensor labels, long classes) {
        return labels.unsqueeze(1)
                .eq(Tensors.range(0, classes, labels).unsqueeze(0))
                .to(ScalarType.Float);
    }

    /**
     * Focal loss (Lin et al. 2017) of logits {@code [N, K]} towards zeros and ones: {@code [N, K]}.
     *
     * @param alpha weight of ones; zeros have 1 - alpha
     * @param gamma how much less counts what is right already
     */
    static Tensor focal(Tensor logits, Tensor targets, double alpha, double gamma) {
        Tensor p = logits.sigmoid();
        Tensor wrong = p.mul(targets.neg().add(new Scalar(1.0)))
                .add(p.neg().add(new Scalar(1.0)).mul(targets));
        Tensor weight = targets.mul(new Scalar(2 * alpha - 1)).add(new Scalar(1 - alpha));
        return crossEntropy(logits, targets).mul(weight).mul(wrong.pow(new Scalar(gamma)));
    }

    /** Quality focal loss (Li et al. 2020, equation 4): towards qualities in 0..1 {@code [N, K]}: {@code [N, K]}. */
    static Tensor qualityFocal(Tensor logits, Tensor qualities, double beta) {
        Tensor apart = qualities.sub(logits.sigmoid()).abs();
        return crossEntropy(logits, qualities).mul(apart.pow(new Scalar(beta)));
    }

    /** Binary cross entropy of logits, element by element. */
    static Tensor crossEntropy(Tensor logits, Tensor targets) {
        return torch.binary_cross_entropy_with_logits(
                logits, targets, new TensorOptional(), new TensorOptional(), EACH);
    }

    /**
     * Distribution focal loss (Li et al. 2020, equation 6): logits over whole numbers {@code [N, M]} towards numbers between
     * them {@code [N]}: {@code [N]}.
     */
    static Tensor distributionFocal(Tensor logits, Tensor targets) {
        Tensor below = targets.to(ScalarType.Long), above = below.add(new Scalar(1));
        Tensor towardsBelow = above.to(ScalarType.Float).sub(targets);
        Tensor towardsAbove = targets.sub(below.to(ScalarType.Float));
        return classes(logits, below)
                .mul(towardsBelow)
                .add(classes(logits, above).mul(towardsAbove));
    }

    private static Tensor classes(Tensor logits, Tensor labels) {
        return torch.cross_entropy_loss(logits, labels, new TensorOptional(), EACH, -100, 0);
    }

    /** The largest value of each row. */
    static Tensor rowMax(Tensor x) {
        return x.amax(new long[] {1}, false);
    }
}
