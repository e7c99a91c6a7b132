package dev.fovea.eval;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Multinomial logistic regression on standardised features: mean cross entropy + weightDecay / 2 * |W|^2, the bias free.
 * With weight decay the minimum is unique.
 */
final class LogisticRegression {
    /** Rows whose logits are held at once. */
    private static final int ROWS = 16_384;

    private final Features train;
    private final int dim;
    private final int classes;

    LogisticRegression(Features train, int classes) {
        this.train = train;
        this.dim = Math.toIntExact(train.dim());
        this.classes = classes;
    }

    /** A flat start of zeros: weights {@code [K, D]}, then biases {@code [K]}. */
    double[] zeros() {
        return new double[classes * (dim + 1)];
    }

    double[] fit(double weightDecay, double[] start, Lbfgs solver) {
        return solver.minimise(point -> evaluate(point, weightDecay), start);
    }

    /** Logits {@code [N, D] -> [N, K]}. */
    static Tensor logits(Tensor features, double[] point) {
        int dim = Math.toIntExact(features.size(1));
        int classes = point.length / (dim + 1);
        return torch.linear(features, weight(point, classes, dim), Tensors.optional(bias(point, classes, dim)));
    }

    Lbfgs.Evaluation evaluate(double[] point, double weightDecay) {
        double[] gradient = zeros();
        double loss = 0;
        try (NoGrad off = new NoGrad();
                PointerScope scope = new PointerScope()) {
            Tensor weightSum = Tensors.zeros(classes, dim), biasSum = Tensors.zeros(classes);
            for (long from = 0; from < train.count(); from += ROWS) {
                try (PointerScope rows = new PointerScope()) {
                    loss += add(point, from, Math.min(ROWS, train.count() - from), weightSum, biasSum);
                }
            }
            read(weightSum, gradient, 0);
            read(biasSum, gradient, classes * dim);
        }
        double squares = 0;
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] /= train.count();
            if (i < classes * dim) {
                gradient[i] += weightDecay * point[i];
                squares += point[i] * point[i];
            }
        }
        return new Lbfgs.Evaluation(loss / train.count() + weightDecay / 2 * squares, gradient);
    }

    /** Adds the gradients of some rows; gives back their summed loss. */
    private double add(double[] point, long from, long count, Tensor weightSum, Tensor biasSum) {
        Tensor x = train.values().narrow(0, from, count);
        Tensor column = train.labels().narrow(0, from, count).unsqueeze(1); // [n, 1]
        Tensor logProbabilities = logits(x, point).log_softmax(1); // [n, K]
        double loss = -Tensors.item(
                logProbabilities.gather(1, column).to(ScalarType.Double).sum());
        Tensor slope = logProbabilities.exp();
        slope.scatter_add_(1, column, Tensors.full(-1, count, 1));
        weightSum.add_(slope.t().matmul(x));
        biasSum.add_(slope.sum(0));
        return loss;
    }

    private static Tensor weight(double[] point, int classes, int dim) {
        return Tensors.of(floats(point, 0, classes * dim), classes, dim);
    }

    private static Tensor bias(double[] point, int classes, int dim) {
        return Tensors.of(floats(point, classes * dim, classes), classes);
    }

    private static float[] floats(double[] values, int from, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) values[from + i];
        }
        return floats;
    }

    private static void read(Tensor x, double[] into, int at) {
        double[] values = Tensors.toDoubles(x);
        System.arraycopy(values, 0, into, at, values.length);
    }
}
