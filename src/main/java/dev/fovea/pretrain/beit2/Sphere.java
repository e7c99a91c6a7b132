package dev.fovea.pretrain.beit2;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/** Vectors of unit length. */
final class Sphere {
    private static final double SMALLEST = 1e-12;

    private Sphere() {}

    /** {@code x / max(|x|, 1e-12)} along the last dimension: {@code [.., C] -> [.., C]}. */
    static Tensor project(Tensor x) {
        return x.div(length(x).clamp_min(new Scalar(SMALLEST)));
    }

    /** {@code [.., C] -> [.., 1]}. */
    static Tensor length(Tensor x) {
        return x.norm(new ScalarOptional(new Scalar(2)), new long[] {-1}, true);
    }
}
