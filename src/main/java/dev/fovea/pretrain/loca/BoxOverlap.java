package dev.fovea.pretrain.loca;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How much pairs of boxes overlap; boxes are top, left, height, width: {@code [R, 4]} twice. */
record BoxOverlap(Tensor a, Tensor b) {
    private static final double EPS = 1e-7;

    /** Intersection over union: {@code [R]}. */
    Tensor plain() {
        return intersection().div(union().add(new Scalar(EPS)));
    }

    /** Less the share of the smallest common box that is in neither: {@code [R]}, -1 to 1. */
    Tensor generalised() {
        Tensor hull = area(torch.max(ends(a), ends(b)).sub(torch.min(starts(a), starts(b))));
        return plain().sub(hull.sub(union()).div(hull.add(new Scalar(EPS))));
    }

    private Tensor intersection() {
        return area(torch.min(ends(a), ends(b)).sub(torch.max(starts(a), starts(b))));
    }

    private Tensor union() {
        return area(a.narrow(1, 2, 2)).add(area(b.narrow(1, 2, 2))).sub(intersection());
    }

    private static Tensor starts(Tensor box) {
        return box.narrow(1, 0, 2);
    }

    private static Tensor ends(Tensor box) {
        return box.narrow(1, 0, 2).add(box.narrow(1, 2, 2));
    }

    private static Tensor area(Tensor sides) {
        Tensor[] each = Tensors.unbind(sides.clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional())
                .transpose(0, 1));
        return each[0].mul(each[1]);
    }
}
