package dev.fovea.parity;

import dev.fovea.dense.segment.SegmentationLoss;
import dev.fovea.eval.ConfusionMatrix;
import dev.fovea.eval.MeanIou;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Metrics of dense prediction. */
final class MetricsCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of("miou", MetricsCases::miou);

    private MetricsCases() {}

    static void miou(Case given) {
        int classes = given.config().intAt("num_classes");
        MeanIou metric = counted(given);
        boolean plain = metric.matrix().classes() == classes;
        given.check("aAcc", plain ? metric.pixelAccuracy() : accuracy(metric.matrix(), classes));
        Map.of(
                        "IoU", metric.iou(),
                        "Acc", metric.accuracy(),
                        "Dice", metric.dice(),
                        "Fscore", metric.fScore(),
                        "Precision", metric.precision(),
                        "Recall", metric.accuracy())
                .forEach((name, all) -> {
                    double[] perClass = Arrays.copyOf(all, classes);
                    given.check(
                            name,
                            Arrays.stream(perClass).map(MetricsCases::recorded).toArray());
                    given.check("m" + name, recorded(MeanIou.mean(perClass)));
                });
    }

    /**
     * Where labels are neither a class nor ignored, mmseg counts what was predicted there, but not the labels. They are refused
     * by the product, and one class more here, which the figures leave out.
     */
    private static MeanIou counted(Case given) {
        Config config = given.config();
        int classes = config.intAt("num_classes");
        List<Tensor> predicted = new ArrayList<>(), actual = new ArrayList<>();
        boolean plain = config.intAt("ignore_index") == SegmentationLoss.IGNORED;
        for (int i = 0; i < config.intAt("images"); i++) {
            Tensor labels = shifted(config, given.input("label." + i).to(ScalarType.Long));
            Tensor seen = labels.ne(new Scalar(config.intAt("ignore_index")));
            actual.add(labels.masked_select(seen));
            predicted.add(given.input("pred." + i).to(ScalarType.Long).masked_select(seen));
            plain &= areClasses(actual.get(i), classes) && areClasses(predicted.get(i), classes);
        }
        if (plain) {
            MeanIou metric = new MeanIou(classes, config.boolAt("reduce_zero_label"));
            for (int i = 0; i < actual.size(); i++) {
                metric.add(given.input("pred." + i), given.input("label." + i));
            }
            return metric;
        }
        MeanIou metric = new MeanIou(classes + 1);
        for (int i = 0; i < actual.size(); i++) {
            metric.add(oneMore(predicted.get(i), classes), oneMore(actual.get(i), classes));
        }
        return metric;
    }

    /** The reference's shift, which makes 255 of pixels without a class whatever is ignored. */
    private static Tensor shifted(Config config, Tensor labels) {
        if (!config.boolAt("reduce_zero_label")) {
            return labels;
        }
        Tensor none = labels.eq(new Scalar(0)).logical_or(labels.eq(new Scalar(SegmentationLoss.IGNORED)));
        return labels.sub(new Scalar(1)).masked_fill(none, new Scalar(SegmentationLoss.IGNORED));
    }

    private static boolean areClasses(Tensor values, int classes) {
        return Tensors.item(outside(values, classes).sum()) == 0;
    }

    private static Tensor oneMore(Tensor values, int classes) {
        return values.masked_fill(outside(values, classes), new Scalar(classes));
    }

    private static Tensor outside(Tensor values, int classes) {
        return values.lt(new Scalar(0)).logical_or(values.ge(new Scalar(classes)));
    }

    private static double accuracy(ConfusionMatrix matrix, int classes) {
        long right = 0, all = 0;
        for (int k = 0; k < classes; k++) {
            right += matrix.right(k);
            all += matrix.actual(k);
        }
        return (double) right / all;
    }

    /** The case writes NaN as -1. */
    private static double recorded(double score) {
        return Double.isNaN(score) ? -1 : score;
    }
}
