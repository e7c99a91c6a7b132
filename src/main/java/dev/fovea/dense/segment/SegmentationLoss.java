package dev.fovea.dense.segment;

import dev.fovea.nn.Bilinear;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cross entropy per pixel at the resolution of the labels (mmseg losses/cross_entropy_loss.py, avg_non_ignore False):
 * logits {@code [B, K, h, w]} are resized to labels {@code [B, H, W]}; ignored pixels add nothing to the sum but do count
 * in its divisor.
 *
 * @param crossEntropy with gradient, a scalar
 * @param accuracy percent of labelled pixels that are right, a scalar
 */
public record SegmentationLoss(Tensor crossEntropy, Tensor accuracy) {
    /** The label of pixels that have none. */
    public static final int IGNORED = 255;

    private static final int SUM = 2;
    private static final double FLOAT_EPS = 1.1920929e-7;

    public static SegmentationLoss of(Tensor logits, Tensor labels) {
        return of(logits, labels, false);
    }

    /** @param alignCorners how the logits are resized */
    public static SegmentationLoss of(Tensor logits, Tensor labels, boolean alignCorners) {
        if (labels.dim() != 3 || labels.size(0) != logits.size(0)) {
            throw new IllegalArgumentException("labels of shape %s do not fit logits of shape %s: want [B, H, W]"
                    .formatted(Shapes.text(labels), Shapes.text(logits)));
        }
        Tensor scores = Bilinear.resizeLike(logits, labels, alignCorners).to(ScalarType.Float); // [B, K, H, W]
        Tensor sum = torch.cross_entropy_loss(scores, labels, new TensorOptional(), SUM, IGNORED, 0);
        return new SegmentationLoss(sum.div(new Scalar((double) labels.numel())), accuracy(scores, labels));
    }

    /** With the reference's epsilons, so that a batch without any label gives 100 and no division by zero. */
    private static Tensor accuracy(Tensor scores, Tensor labels) {
        try (NoGrad off = new NoGrad()) {
            Tensor predicted = scores.argmax(new LongOptional(1), false);
            Tensor right = predicted.eq(labels).logical_and_(labels.ne(new Scalar(IGNORED)));
            Tensor valid = labels.ne(new Scalar(IGNORED));
            Scalar eps = new Scalar(FLOAT_EPS);
            return count(right).add(eps).mul(new Scalar(100.0)).div(count(valid).add(eps));
        }
    }

    private static Tensor count(Tensor flags) {
        return flags.sum().to(ScalarType.Float);
    }
}
