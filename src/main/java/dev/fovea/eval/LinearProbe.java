package dev.fovea.eval;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A fast linear probe on cached features: they are standardised with the train mean and deviation, logistic regression
 * is solved by L-BFGS for each weight decay on a part of the train features, the value that is best on the held-out rest
 * is refitted on all of them. Not MAE's protocol, which trains on augmented images.
 *
 * @param weightDecays values to try
 * @param heldOut share of the train features that chooses between them
 * @param steps most L-BFGS steps of one fit
 * @param seed of the choice of the held-out part, the only thing that is drawn
 */
public record LinearProbe(List<Double> weightDecays, double heldOut, int steps, long seed) {
    /** Weight decays 1e-5 to 1 in steps of ten, a tenth held out, 100 steps. */
    public static final LinearProbe USUAL = new LinearProbe(List.of(1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-5), 0.1, 100, 0);

    private static final double GRADIENT_TOLERANCE = 1e-6;
    private static final double VARIANCE_EPS = 1e-6;

    public LinearProbe {
        if (weightDecays.isEmpty() || weightDecays.stream().anyMatch(value -> !(value >= 0))) {
            throw new IllegalArgumentException(
                    "linear probe weight decays %s: want at least one, none negative".formatted(weightDecays));
        }
        if (!(heldOut > 0 && heldOut < 1)) {
            throw new IllegalArgumentException("linear probe held-out share %s is not in (0, 1)".formatted(heldOut));
        }
        // strong first: each solution is a good start for the next weaker one
        weightDecays = weightDecays.stream()
                .sorted(Comparator.reverseOrder())
                .distinct()
                .toList();
    }

    /**
     * What came out.
     *
     * @param heldOutAccuracy top-1 accuracy on the held-out part by weight decay
     * @param values {@code acc1} and {@code acc5} on the test features
     */
    public record Result(double weightDecay, Map<Double, Double> heldOutAccuracy, Map<String, Double> values) {}

    public Result evaluate(Features train, Features test, int classes) {
        if (train.count() < 2) {
            throw new IllegalArgumentException("a linear probe needs at least 2 train samples, not " + train.count());
        }
        try (NoGrad off = new NoGrad()) {
            Tensor mean = train.values().mean(0);
            Tensor deviation = train.values()
                    .var(new long[] {0}, true, false)
                    .add(new Scalar(VARIANCE_EPS))
                    .sqrt();
            Features known = standardised(train, mean, deviation);
            Map<Double, Double> sweep = sweep(known, classes);
            double best = Collections.max(sweep.values());
            double chosen = sweep.keySet().stream() // the strongest among equals
                    .filter(decay -> sweep.get(decay) == best)
                    .findFirst()
                    .orElseThrow();
            LogisticRegression all = new LogisticRegression(known, classes);
            double[] fitted = all.fit(chosen, all.zeros(), solver());
            return new Result(
                    chosen,
                    sweep,
                    accuracy(standardised(test, mean, deviation), fitted).values());
        }
    }

    /** Held-out accuracy by weight decay, strong to weak. */
    private Map<Double, Double> sweep(Features known, int classes) {
        Map<Double, Double> sweep = new LinkedHashMap<>();
        List<Long> order = new ArrayList<>();
        for (long i = 0; i < known.count(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        int rest = (int) Math.min(known.count() - 1, Math.max(1, Math.round(known.count() * heldOut)));
        Features held = known.at(indices(order.subList(0, rest)));
        LogisticRegression part = new LogisticRegression(known.at(indices(order.subList(rest, order.size()))), classes);
        double[] point = part.zeros();
        for (double decay : weightDecays) {
            point = part.fit(decay, point, solver());
            sweep.put(decay, accuracy(held, point).accuracy(1));
        }
        return sweep;
    }

    private Lbfgs solver() {
        return new Lbfgs(steps, GRADIENT_TOLERANCE);
    }

    private static TopK accuracy(Features features, double[] point) {
        TopK accuracy = new TopK(1, 5);
        accuracy.add(LogisticRegression.logits(features.values(), point), features.labels());
        return accuracy;
    }

    private static Features standardised(Features features, Tensor mean, Tensor deviation) {
        return new Features(features.values().sub(mean).div(deviation), features.labels());
    }

    private static Tensor indices(List<Long> values) {
        return Tensors.of(values.stream().mapToLong(i -> i).toArray(), values.size());
    }
}
