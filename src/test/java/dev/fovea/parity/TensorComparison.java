package dev.fovea.parity;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Dtype;
import org.bytedeco.pytorch.Tensor;

/** Element-wise comparison of a computed tensor with a recorded one. */
final class TensorComparison {
    private TensorComparison() {}

    /** What is wrong, or {@code null}. Recorded integers and booleans must be met exactly. */
    static String mismatch(String name, Tensor actual, Tensor expected, Tolerance tolerance) {
        if (actual == null || !actual.defined()) {
            return "%s: nothing was computed, recorded is %s".formatted(name, Shapes.text(expected));
        }
        if (!Shapes.same(actual, expected)) {
            return "%s: shape %s, recorded is %s".formatted(name, Shapes.text(actual), Shapes.text(expected));
        }
        Tolerance used = Dtype.of(expected).isFloating() ? tolerance : Tolerance.EXACT;
        return mismatch(name, Tensors.toDoubles(actual), expected, used);
    }

    private static String mismatch(String name, double[] actual, Tensor expected, Tolerance tolerance) {
        double[] wanted = Tensors.toDoubles(expected);
        int worst = -1;
        double worstDifference = -1;
        int outside = 0;
        for (int i = 0; i < wanted.length; i++) {
            if (tolerance.accepts(actual[i], wanted[i])) {
                continue;
            }
            outside++;
            double difference = Math.abs(actual[i] - wanted[i]);
            if (worst < 0 || Double.isNaN(difference) || difference > worstDifference) {
                worst = i;
                worstDifference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
            }
        }
        if (worst < 0) {
            return null;
        }
        long[] shape = Shapes.of(expected);
        return "%s: max |difference| %.3g at %s (%s, recorded is %s), %d of %d values outside %s, both shapes %s"
                .formatted(
                        name,
                        Math.abs(actual[worst] - wanted[worst]),
                        place(worst, shape),
                        actual[worst],
                        wanted[worst],
                        outside,
                        wanted.length,
                        tolerance,
                        Shapes.text(shape));
    }

    private static String place(int flat, long[] shape) {
        String place = "";
        long rest = flat;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            place = rest % shape[axis] + (place.isEmpty() ? "" : ", ") + place;
            rest /= shape[axis];
        }
        return "[" + place + "]";
    }
}
