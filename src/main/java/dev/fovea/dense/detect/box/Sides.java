package dev.fovea.dense.detect.box;

import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Boxes {@code [.., 4]} as four tensors {@code [..]}. */
public record Sides(Tensor left, Tensor top, Tensor right, Tensor bottom) {
    public static Sides of(Tensor boxes) {
        return new Sides(boxes.select(-1, 0), boxes.select(-1, 1), boxes.select(-1, 2), boxes.select(-1, 3));
    }

    public Tensor join() {
        return Tensors.stack(-1, List.of(left, top, right, bottom));
    }

    Sides unsqueeze(long dim) {
        return new Sides(left.unsqueeze(dim), top.unsqueeze(dim), right.unsqueeze(dim), bottom.unsqueeze(dim));
    }

    Tensor width() {
        return right.sub(left);
    }

    Tensor height() {
        return bottom.sub(top);
    }

    public Tensor area() {
        return width().mul(height());
    }

    /** The box that both share; turned inside out where there is none. */
    Sides meet(Sides other) {
        return new Sides(
                left.maximum(other.left),
                top.maximum(other.top),
                right.minimum(other.right),
                bottom.minimum(other.bottom));
    }

    /** The smallest box around both. */
    Sides around(Sides other) {
        return new Sides(
                left.minimum(other.left),
                top.minimum(other.top),
                right.maximum(other.right),
                bottom.maximum(other.bottom));
    }

    /** The area, 0 for a box that is turned inside out. */
    Tensor positiveArea() {
        return width().clamp_min(new Scalar(0)).mul(height().clamp_min(new Scalar(0)));
    }
}
