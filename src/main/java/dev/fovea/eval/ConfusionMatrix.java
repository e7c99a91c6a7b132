package dev.fovea.eval;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** How often each actual class was predicted as each class, in exact counts over a whole data set. */
public final class ConfusionMatrix {
    private final int classes;
    private final long[][] counts;

    public ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("a confusion matrix needs at least 1 class, not " + classes);
        }
        this.classes = classes;
        counts = new long[classes][classes];
    }

    /** Adds class numbers of equal shapes; every value must lie in [0, classes). */
    public void add(Tensor predicted, Tensor actual) {
        if (!Shapes.same(predicted, actual)) {
            throw new IllegalArgumentException("predictions of shape %s do not fit labels of shape %s"
                    .formatted(Shapes.text(predicted), Shapes.text(actual)));
        }
        if (actual.numel() == 0) {
            return;
        }
        requireClasses("prediction", predicted);
        requireClasses("label", actual);
        Tensor cells = actual.mul(new Scalar(classes)).add(predicted).reshape(-1);
        long[] added = Tensors.toLongs(cells.bincount(new TensorOptional(), (long) classes * classes));
        for (int i = 0; i < added.length; i++) {
            counts[i / classes][i % classes] += added[i];
        }
    }

    /** Adds what another part of the data set gave. */
    public void add(ConfusionMatrix other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(
                    "confusion matrices of %d and %d classes do not add up".formatted(classes, other.classes));
        }
        for (int i = 0; i < classes; i++) {
            for (int j = 0; j < classes; j++) {
                counts[i][j] += other.counts[i][j];
            }
        }
    }

    public int classes() {
        return classes;
    }

    public long count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** All counts, {@code [actual][predicted]}. */
    public long[][] counts() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    /** Samples of this class. */
    public long actual(int k) {
        long sum = 0;
        for (long count : counts[k]) {
            sum += count;
        }
        return sum;
    }

    /** Samples taken for this class. */
    public long predicted(int k) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[k];
        }
        return sum;
    }

    /** Samples of this class taken for it. */
    public long right(int k) {
        return counts[k][k];
    }

    private void requireClasses(String kind, Tensor values) {
        long smallest = (long) Tensors.item(values.min()), largest = (long) Tensors.item(values.max());
        if (smallest < 0 || largest >= classes) {
            throw new IllegalArgumentException("%s %d is not one of the classes 0 to %d"
                    .formatted(kind, smallest < 0 ? smallest : largest, classes - 1));
        }
    }
}
