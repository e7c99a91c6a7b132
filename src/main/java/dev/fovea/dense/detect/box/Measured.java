package dev.fovea.dense.detect.box;

import org.bytedeco.pytorch.Tensor;

/** Boxes whose sides lie each in a row of its own, with their areas: what comparing them several times has in common. */
record Measured(Sides sides, Tensor area) {
    static Measured of(Tensor boxes) {
        Tensor rows = boxes.t().contiguous(); // [4, N]
        Sides sides = new Sides(rows.select(0, 0), rows.select(0, 1), rows.select(0, 2), rows.select(0, 3));
        return new Measured(sides, sides.area());
    }
}
