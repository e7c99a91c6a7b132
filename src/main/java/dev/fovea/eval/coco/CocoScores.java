package dev.fovea.eval.coco;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** COCO's precision and recall, and the figures made of them; NaN where there is nothing to find (pycocotools: -1). */
public final class CocoScores {
    private static final int ALL = 0;
    private static final double SAME = 1e-9;

    private final int classes;
    private final CocoSettings settings;
    /** {@code [K, A, M, T, R]}. */
    private final double[][][][][] precision;
    /** {@code [K, A, M, T]}. */
    private final double[][][][] recall;

    CocoScores(int classes, CocoSettings settings) {
        this.classes = classes;
        this.settings = settings;
        int areas = settings.areas().size(), limits = settings.most().size();
        precision = new double[classes][areas][limits][settings.thresholds().size()]
                [settings.recalls().size()];
        recall = new double[classes][areas][limits][settings.thresholds().size()];
    }

    void fill(int label, int area, int limit, RankedMatches matches) {
        for (int t = 0; t < settings.thresholds().size(); t++) {
            if (matches.truths() == 0) {
                Arrays.fill(precision[label][area][limit][t], Double.NaN);
                recall[label][area][limit][t] = Double.NaN;
                continue;
            }
            RankedMatches.Curve curve = matches.curve(t);
            precision[label][area][limit][t] = curve.precisionAt(settings.recalls());
            recall[label][area][limit][t] = curve.lastRecall();
        }
    }

    /** The precision of a class at a threshold and a point of recall; all by index. */
    public double precision(int label, int area, int limit, int threshold, int point) {
        return precision[label][area][limit][threshold][point];
    }

    /** The largest recall of a class at a threshold; all by index. */
    public double recall(int label, int area, int limit, int threshold) {
        return recall[label][area][limit][threshold];
    }

    /** Average precision of each class, over all thresholds, with the largest number of detections. */
    public double[] perClass() {
        return IntStream.range(0, classes)
                .mapToDouble(k -> mean(Arrays.stream(precision[k][ALL][last()]).flatMapToDouble(Arrays::stream)))
                .toArray();
    }

    /** The twelve figures in pycocotools' order: {@code AP AP50 AP75 APs APm APl AR1 AR10 AR100 ARs ARm ARl}. */
    public Map<String, Double> figures() {
        List<Integer> most = settings.most();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("AP", averagePrecision(ALL, most.indexOf(CocoSettings.FIRST_FIGURE)));
        figures.put("AP50", averagePrecision(0.5));
        figures.put("AP75", averagePrecision(0.75));
        figures.put("APs", averagePrecision(1, last()));
        figures.put("APm", averagePrecision(2, last()));
        figures.put("APl", averagePrecision(3, last()));
        for (int m = 0; m < most.size(); m++) {
            figures.put("AR" + most.get(m), averageRecall(ALL, m));
        }
        figures.put("ARs", averageRecall(1, last()));
        figures.put("ARm", averageRecall(2, last()));
        figures.put("ARl", averageRecall(3, last()));
        return figures;
    }

    private int last() {
        return settings.most().size() - 1;
    }

    private double averagePrecision(int area, int limit) {
        return mean(Arrays.stream(precision)
                .flatMap(byArea -> Arrays.stream(byArea[area][limit]))
                .flatMapToDouble(Arrays::stream));
    }

    private double averagePrecision(double threshold) {
        int[] at = IntStream.range(0, settings.thresholds().size())
                .filter(t -> Math.abs(settings.thresholds().get(t) - threshold) < SAME)
                .toArray();
        return mean(Arrays.stream(precision)
                .flatMapToDouble(byArea ->
                        Arrays.stream(at).boxed().flatMapToDouble(t -> Arrays.stream(byArea[ALL][last()][t]))));
    }

    private double averageRecall(int area, int limit) {
        return mean(Arrays.stream(recall).flatMapToDouble(byArea -> Arrays.stream(byArea[area][limit])));
    }

    private static double mean(DoubleStream values) {
        return values.filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
    }
}
