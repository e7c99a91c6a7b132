package dev.fovea.dense.detect.box;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How far a predicted box is from its target (mmdet losses/smooth_l1_loss.py, iou_loss.py).
 *
 * @param beta below this difference {@link Kind#SMOOTH_L1} is a parabola
 * @param weight what the loss counts in the total
 */
public record BoxLoss(Kind kind, double beta, double weight) {
    /** The first two of four numbers each, deltas or sides; the others of boxes alone. */
    public enum Kind {
        L1,
        SMOOTH_L1,
        /** -log IoU (Yu et al. 2016). */
        LOG_IOU,
        /** 1 - generalised IoU. */
        GIOU
    }

    private static final double SMALLEST_OVERLAP = 1e-6;

    private static final long EACH = 0;

    public BoxLoss {
        if (!(weight >= 0) || kind == Kind.SMOOTH_L1 && !(beta > 0)) {
            throw new IllegalArgumentException(
                    "a loss of boxes wants weight >= 0, and beta > 0 where it is smooth, not %s and %s"
                            .formatted(weight, beta));
        }
    }

    public static BoxLoss l1() {
        return new BoxLoss(Kind.L1, 0, 1);
    }

    public static BoxLoss smoothL1(double beta) {
        return new BoxLoss(Kind.SMOOTH_L1, beta, 1);
    }

    public static BoxLoss giou(double weight) {
        return new BoxLoss(Kind.GIOU, 0, weight);
    }

    /** Whether it compares boxes and cannot compare deltas. */
    public boolean needsBoxes() {
        return kind == Kind.LOG_IOU || kind == Kind.GIOU;
    }

    /** Weighted sum over boxes, {@code [N, 4], [N, 4], [N] -> scalar}; boxes of weight 0 may be anything. */
    public Tensor sum(Tensor predicted, Tensor targets, Tensor weights) {
        return each(predicted, targets).mul(weights).sum().mul(new Scalar(weight));
    }

    private Tensor each(Tensor predicted, Tensor targets) {
        return switch (kind) {
            case L1 -> torch.l1_loss(predicted, targets, EACH).sum(-1);
            case SMOOTH_L1 ->
                torch.smooth_l1_loss(predicted, targets, EACH, beta).sum(-1);
            case LOG_IOU ->
                BoxOverlap.IOU
                        .aligned(predicted, targets)
                        .clamp_min(new Scalar(SMALLEST_OVERLAP))
                        .log()
                        .neg();
            case GIOU -> BoxOverlap.GIOU.aligned(predicted, targets).neg().add(new Scalar(1.0));
        };
    }
}
