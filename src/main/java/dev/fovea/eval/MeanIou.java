package dev.fovea.eval;

import dev.fovea.dense.segment.SegmentationLoss;
import dev.fovea.tensor.Shapes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Intersection over union of semantic segmentation (mmseg core/evaluation/metrics.py eval_metrics): counts are summed over
 * the data set before anything is divided; a class that never occurs is NaN and left out of the means.
 */
public final class MeanIou {
    private final ConfusionMatrix matrix;
    private final boolean reduceZeroLabel;

    /** Labels are class numbers, 255 = ignored. */
    public MeanIou(int classes) {
        this(classes, false);
    }

    /** @param reduceZeroLabel label 0 is ignored and label k means class k - 1 (ADE20K) */
    public MeanIou(int classes, boolean reduceZeroLabel) {
        if (classes > SegmentationLoss.IGNORED) {
            throw new IllegalArgumentException(
                    "%d classes do not leave label %d for ignored pixels".formatted(classes, SegmentationLoss.IGNORED));
        }
        matrix = new ConfusionMatrix(classes);
        this.reduceZeroLabel = reduceZeroLabel;
    }

    /** Adds class maps of any, but equal, shape. */
    public void add(Tensor predicted, Tensor labels) {
        if (!Shapes.same(predicted, labels)) {
            throw new IllegalArgumentException("predictions of shape %s do not fit labels of shape %s"
                    .formatted(Shapes.text(predicted), Shapes.text(labels)));
        }
        Tensor actual = labels.to(ScalarType.Long);
        Tensor valid = actual.ne(new Scalar(SegmentationLoss.IGNORED));
        if (reduceZeroLabel) {
            valid = valid.logical_and(actual.ne(new Scalar(0)));
            actual = actual.sub(new Scalar(1));
        }
        matrix.add(predicted.to(ScalarType.Long).masked_select(valid), actual.masked_select(valid));
    }

    public ConfusionMatrix matrix() {
        return matrix;
    }

    /** Intersection over union of each class. */
    public double[] iou() {
        return perClass(k -> ratio(matrix.right(k), matrix.actual(k) + matrix.predicted(k) - matrix.right(k)));
    }

    /** Share of each class's pixels that were found; the reference calls it both Acc and Recall. */
    public double[] accuracy() {
        return perClass(k -> ratio(matrix.right(k), matrix.actual(k)));
    }

    /** Share of the pixels taken for each class that are of it. */
    public double[] precision() {
        return perClass(k -> ratio(matrix.right(k), matrix.predicted(k)));
    }

    public double[] dice() {
        return perClass(k -> ratio(2 * matrix.right(k), matrix.actual(k) + matrix.predicted(k)));
    }

    /** Harmonic mean of precision and recall; unlike {@link #dice} NaN where either of them is, or both are 0. */
    public double[] fScore() {
        double[] precision = precision(), recall = accuracy();
        return perClass(k -> 2 * precision[k] * recall[k] / (precision[k] + recall[k]));
    }

    /** Share of all labelled pixels that are right. */
    public double pixelAccuracy() {
        long right = 0, all = 0;
        for (int k = 0; k < matrix.classes(); k++) {
            right += matrix.right(k);
            all += matrix.actual(k);
        }
        return ratio(right, all);
    }

    /** The mean over classes that are not NaN; NaN when all are. */
    public static double mean(double[] perClass) {
        return Arrays.stream(perClass)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    /** {@code mIoU}, {@code mAcc} and {@code aAcc}. */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("mIoU", mean(iou()));
        values.put("mAcc", mean(accuracy()));
        values.put("aAcc", pixelAccuracy());
        return values;
    }

    private double[] perClass(IntToDoubleFunction score) {
        return IntStream.range(0, matrix.classes()).mapToDouble(score).toArray();
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? Double.NaN : (double) part / whole;
    }
}
