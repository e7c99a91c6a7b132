package dev.fovea.parity;

import dev.fovea.dense.segment.SegmentationLoss;
import dev.fovea.eval.MeanIou;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Metrics of dense prediction. */
final class MetricsCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of("miou", MetricsCases::miou);

    private MetricsCases() {}

    private static void miou(Case given) {
        Config config = given.config();
        MeanIou metric = new MeanIou(config.intAt("num_classes"), config.boolAt("reduce_zero_label"));
        for (int i = 0; i < config.intAt("images"); i++) {
            metric.add(given.input("pred." + i), labels(config, given.input("label." + i)));
        }
        given.check("aAcc", metric.pixelAccuracy());
        Map.of(
                        "IoU", metric.iou(),
                        "Acc", metric.accuracy(),
                        "Dice", metric.dice(),
                        "Fscore", metric.fScore(),
                        "Precision", metric.precision(),
                        "Recall", metric.accuracy())
                .forEach((name, perClass) -> {
                    given.check(
                            name,
                            Arrays.stream(perClass).map(MetricsCases::recorded).toArray());
                    given.check("m" + name, recorded(MeanIou.mean(perClass)));
                });
    }

    /** Pixels without a label are 255 here, whatever their number in the case, which counts after the shift by one. */
    private static Tensor labels(Config config, Tensor labels) {
        int ignored = config.intAt("ignore_index");
        if (ignored == SegmentationLoss.IGNORED) {
            return labels;
        }
        if (config.boolAt("reduce_zero_label") || Tensors.item(labels.max()) >= SegmentationLoss.IGNORED) {
            throw new AssertionError("labels outside the classes that are not ignored are not supported");
        }
        return labels.masked_fill(labels.eq(new Scalar(ignored)), new Scalar(SegmentationLoss.IGNORED));
    }

    /** The case writes NaN as -1. */
    private static double recorded(double score) {
        return Double.isNaN(score) ? -1 : score;
    }
}
