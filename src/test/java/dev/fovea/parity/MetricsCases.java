package dev.fovea.parity;

import dev.fovea.eval.MeanIou;
import java.util.Arrays;
import java.util.Map;

/** Metrics of dense prediction. */
final class MetricsCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of("miou", MetricsCases::miou);

    private MetricsCases() {}

    private static void miou(Case given) {
        Config config = given.config();
        if (config.intAt("ignore_index") != 255) {
            throw new AssertionError("ignored pixels have label 255 here, not " + config.intAt("ignore_index"));
        }
        MeanIou metric = new MeanIou(config.intAt("num_classes"), config.boolAt("reduce_zero_label"));
        for (int i = 0; i < config.intAt("images"); i++) {
            metric.add(given.input("pred." + i), given.input("label." + i));
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
                    given.check("m" + name, MeanIou.mean(perClass));
                });
    }

    /** The case writes NaN as -1. */
    private static double recorded(double score) {
        return Double.isNaN(score) ? -1 : score;
    }
}
