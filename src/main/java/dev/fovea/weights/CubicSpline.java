package dev.fovea.weights;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The cubic spline through all points with the third derivative continuous next to both ends ("not a knot"; what FITPACK's
 * regrid gives without smoothing). It is linear in the values, so it is kept as a matrix.
 */
final class CubicSpline {
    private CubicSpline() {}

    /** Double {@code [at, x]}: times the values at {@code x} (rising, at least 4) it gives those at {@code at}, clamped to x's range. */
    static Tensor weights(double[] x, double[] at) {
        int n = x.length;
        double[] left = new double[n * n];
        double[] right = new double[n * n];
        for (int i = 1; i < n - 1; i++) {
            double h = x[i] - x[i - 1], next = x[i + 1] - x[i];
            left[i * n + i - 1] = h;
            left[i * n + i] = 2 * (h + next);
            left[i * n + i + 1] = next;
            right[i * n + i - 1] = 6 / h;
            right[i * n + i] = -6 / h - 6 / next;
            right[i * n + i + 1] = 6 / next;
        }
        equalThirdDerivatives(left, x, 0, 0);
        equalThirdDerivatives(left, x, n - 1, n - 3);
        // Second derivatives at the points, as a matrix on the values.
        Tensor curvature = torch.linalg_solve(Tensors.of(left, n, n), Tensors.of(right, n, n));
        double[] values = new double[at.length * n];
        double[] curvatures = new double[at.length * n];
        for (int row = 0; row < at.length; row++) {
            evaluate(x, at[row], row * n, values, curvatures);
        }
        return Tensors.of(values, at.length, n)
                .add(Tensors.of(curvatures, at.length, n).matmul(curvature));
    }

    /** The pieces to the left and right of point {@code first + 1} are one cubic. */
    private static void equalThirdDerivatives(double[] left, double[] x, int row, int first) {
        int n = x.length;
        double h = x[first + 1] - x[first], next = x[first + 2] - x[first + 1];
        left[row * n + first] = next;
        left[row * n + first + 1] = -h - next;
        left[row * n + first + 2] = h;
    }

    private static void evaluate(double[] x, double at, int row, double[] values, double[] curvatures) {
        int last = x.length - 1;
        double t = Math.min(Math.max(at, x[0]), x[last]);
        int i = 0;
        while (i < last - 1 && t > x[i + 1]) {
            i++;
        }
        double h = x[i + 1] - x[i], a = (x[i + 1] - t) / h, b = (t - x[i]) / h;
        values[row + i] = a;
        values[row + i + 1] = b;
        curvatures[row + i] = (a * a * a - a) * h * h / 6;
        curvatures[row + i + 1] = (b * b * b - b) * h * h / 6;
    }
}
