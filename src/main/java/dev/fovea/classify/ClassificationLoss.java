package dev.fovea.classify;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Cross entropies as timm defines them, computed in float32: scalars. */
public final class ClassificationLoss {
    private static final long MEAN = 1;
    private static final long NO_LABEL = -100;

    private ClassificationLoss() {}

    /** {@code -sum(target log p)}, mean over the batch; {@code logits, target [B, K]}. */
    public static Tensor softTarget(Tensor logits, Tensor target) {
        Tensor logProbabilities = torch.log_softmax(logits.to(ScalarType.Float), 1);
        return logProbabilities.mul(target).sum(1).neg().mean();
    }

    /** {@code (1 - s) nll + s mean(-log p)}, mean over the batch; {@code labels} int64 {@code [B]}. */
    public static Tensor smoothed(Tensor logits, Tensor labels, double smoothing) {
        return torch.cross_entropy_loss(
                logits.to(ScalarType.Float), labels, new TensorOptional(), MEAN, NO_LABEL, smoothing);
    }

    /** One-hot rows with smoothing spread over all classes: int64 {@code [B] -> [B, K]} (timm data/mixup.py). */
    public static Tensor oneHot(Tensor labels, int classes, double smoothing) {
        double off = smoothing / classes;
        Tensor hot = torch.one_hot(labels, classes).to(ScalarType.Float);
        return hot.mul(new Scalar(1 - smoothing)).add(new Scalar(off));
    }
}
