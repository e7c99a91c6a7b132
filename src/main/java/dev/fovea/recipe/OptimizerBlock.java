package dev.fovea.recipe;

import dev.fovea.optim.KeyRule;
import java.util.List;
import java.util.Optional;

/**
 * The optimizer; the key {@code type} tells which. The rate is given for 256 images ({@code baseLr}, scaled with the global
 * batch) or as it is ({@code lr}).
 */
public sealed interface OptimizerBlock {

    Optional<Double> baseLr();

    Optional<Double> lr();

    double weightDecay();

    /** Greatest norm of the whole gradient; empty = not clipped. */
    Optional<Double> clip();

    /** The peak rate for a global batch. */
    default double peakLr(int globalBatch) {
        return lr().orElseGet(() -> baseLr().orElseThrow() * globalBatch / 256);
    }

    private static void checkRate(Optional<Double> baseLr, Optional<Double> lr) {
        Rule.that(!(baseLr.isPresent() && lr.isPresent()), "both lr and baseLr are given: give one");
        Rule.that(baseLr.isPresent() || lr.isPresent(), "neither lr nor baseLr is given: give one");
        lr.ifPresent(rate -> Rule.positive("lr", rate));
        baseLr.ifPresent(rate -> Rule.positive("baseLr", rate));
    }

    private static void checkDecayAndClip(double weightDecay, Optional<Double> clip) {
        Rule.notNegative("weightDecay", weightDecay);
        clip.ifPresent(norm -> Rule.positive("clip", norm));
    }

    /**
     * AdamW ({@code type: adamw}).
     *
     * @param layerDecay factor of the rate from one layer to the one below; absent = all rates are equal
     * @param noDecay parameters that are not decayed, by the last part of their name, besides biases and vectors
     * @param alsoDecay biases and vectors that are decayed all the same, by the end of their name
     * @param keys factors by texts in names, in place of the three before and of what is known of biases and vectors
     */
    record AdamW(
            Optional<Double> baseLr,
            Optional<Double> lr,
            @Default("[0.9, 0.999]") List<Double> betas,
            @Default("1.0e-8") double eps,
            @Default("0.05") double weightDecay,
            Optional<Double> layerDecay,
            @Default("[]") List<String> noDecay,
            Optional<List<String>> alsoDecay,
            Optional<List<KeyRule>> keys,
            Optional<Double> clip)
            implements OptimizerBlock {
        public AdamW {
            betas = List.copyOf(betas);
            noDecay = List.copyOf(noDecay);
            Rule.that(
                    betas.size() == 2 && betas.stream().allMatch(b -> b >= 0 && b < 1),
                    "betas %s are not two numbers in [0, 1)",
                    betas);
            Rule.positive("eps", eps);
            layerDecay.ifPresent(rate -> Rule.that(rate > 0 && rate <= 1, "layerDecay %s is not in (0, 1]", rate));
            Rule.that(
                    keys.isEmpty() || layerDecay.isEmpty() && noDecay.isEmpty() && alsoDecay.isEmpty(),
                    "keys say all about rates and decay: leave layerDecay, noDecay and alsoDecay out");
            checkRate(baseLr, lr);
            checkDecayAndClip(weightDecay, clip);
        }
    }

    /** LARS as in facebookresearch/mae ({@code type: lars}). */
    record Lars(
            Optional<Double> baseLr,
            Optional<Double> lr,
            @Default("0.9") double momentum,
            @Default("0.001") double trust,
            @Default("0") double weightDecay,
            Optional<Double> clip)
            implements OptimizerBlock {
        public Lars {
            Rule.that(momentum >= 0 && momentum < 1, "momentum %s is not in [0, 1)", momentum);
            Rule.positive("trust", trust);
            checkRate(baseLr, lr);
            checkDecayAndClip(weightDecay, clip);
        }
    }

    /** Stochastic gradient descent with momentum ({@code type: sgd}). */
    record Sgd(
            Optional<Double> baseLr,
            Optional<Double> lr,
            @Default("0.9") double momentum,
            @Default("0") double weightDecay,
            Optional<Double> clip)
            implements OptimizerBlock {
        public Sgd {
            Rule.that(momentum >= 0 && momentum < 1, "momentum %s is not in [0, 1)", momentum);
            checkRate(baseLr, lr);
            checkDecayAndClip(weightDecay, clip);
        }
    }
}
