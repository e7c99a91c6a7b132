package dev.fovea.dense.detect.box;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** How much boxes share (mmdet core/bbox/iou_calculators/iou2d_calculator.py), with gradients. */
public enum BoxOverlap {
    /** Intersection over union. */
    IOU,
    /** Intersection over the area of the first box. */
    IOF,
    /** Generalised IoU (Rezatofighi et al. 2019): minus the share of the box around both that neither covers. */
    GIOU;

    private static final double SMALLEST_AREA = 1e-6;

    /** Of every box with every other: {@code [N, 4], [M, 4] -> [N, M]}. */
    public Tensor pairwise(Tensor a, Tensor b) {
        return of(Sides.of(a).unsqueeze(1), Sides.of(b).unsqueeze(0));
    }

    /** The same with boxes that are compared with others as well. */
    Tensor pairwise(Tensor a, Measured b) {
        return of(Sides.of(a).unsqueeze(1), b.sides().unsqueeze(0), b.area().unsqueeze(0));
    }

    /** Of boxes one by one: {@code [.., 4], [.., 4] -> [..]}. */
    public Tensor aligned(Tensor a, Tensor b) {
        return of(Sides.of(a), Sides.of(b));
    }

    private Tensor of(Sides a, Sides b) {
        return of(a, b, this == IOF ? null : b.area());
    }

    private Tensor of(Sides a, Sides b, Tensor areaOfB) {
        Tensor shared = a.meet(b).positiveArea();
        if (this == IOF) {
            return shared.div(a.area().clamp_min(new Scalar(SMALLEST_AREA)));
        }
        Tensor union = a.area().add(areaOfB).sub(shared).clamp_min(new Scalar(SMALLEST_AREA));
        Tensor iou = shared.div(union);
        if (this == IOU) {
            return iou;
        }
        Tensor around = a.around(b).positiveArea().clamp_min(new Scalar(SMALLEST_AREA));
        return iou.sub(around.sub(union).div(around));
    }
}
