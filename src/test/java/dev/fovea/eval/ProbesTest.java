package dev.fovea.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.eval.KnnProbe.Vote;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ProbesTest {
    private static final int CLASSES = 6;

    /** Clusters around one direction for each class. */
    private static Features clusters(int count, double noise, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count * 8];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            double length = 0.1 + 5 * random.nextDouble(); // only directions may matter to kNN
            for (int d = 0; d < 8; d++) {
                double centre = d == labels[i] ? 1 : 0;
                values[i * 8 + d] = (float) (length * (centre + noise * random.nextGaussian()));
            }
        }
        return new Features(Tensors.of(values, count, 8), Tensors.of(labels, count));
    }

    @Test
    void separableClassesAreFoundByBothVotes() {
        for (Vote vote : Vote.values()) {
            KnnProbe probe = new KnnProbe(5, 0.07, vote);

            assertThat(probe.evaluate(clusters(120, 0.05, 1), clusters(60, 0.05, 2), CLASSES))
                    .containsEntry("acc1", 1.0);
        }
    }

    @Test
    void featuresOfNoiseScoreNearChance() {
        Map<String, Double> scores = KnnProbe.DINO.evaluate(clusters(600, 100, 3), clusters(600, 100, 4), CLASSES);

        assertThat(scores.get("acc1")).isCloseTo(1.0 / CLASSES, within(0.08));
    }

    @Test
    void theWeightedVoteFollowsClosenessAndTheMajorityFollowsNumbers() {
        Tensor values = Tensors.of(new float[] {1, 0, 0.6f, 0.8f, 0.6f, -0.8f}, 3, 2);
        Features train = new Features(values, Tensors.of(new long[] {0, 1, 1}, 3));
        Features query = new Features(Tensors.of(new float[] {2, 0}, 1, 2), Tensors.of(new long[] {0}, 1));

        assertThat(new KnnProbe(3, 0.07, Vote.WEIGHTED).evaluate(train, query, 2))
                .containsEntry("acc1", 1.0);
        assertThat(new KnnProbe(3, 0.07, Vote.MAJORITY).evaluate(train, query, 2))
                .containsEntry("acc1", 0.0);
    }

    @Test
    void equalNumbersOfVotesAreDecidedByCloseness() {
        Features train =
                new Features(Tensors.of(new float[] {0.6f, 0.8f, 1, 0}, 2, 2), Tensors.of(new long[] {0, 1}, 2));
        Features query = new Features(Tensors.of(new float[] {1, 0}, 1, 2), Tensors.of(new long[] {1}, 1));

        assertThat(new KnnProbe(2, 0.07, Vote.MAJORITY).evaluate(train, query, 2))
                .containsEntry("acc1", 1.0);
    }

    @Test
    void theLinearProbeSeparatesWhatIsLinearlySeparable() {
        LinearProbe.Result result = LinearProbe.USUAL.evaluate(clusters(300, 0.03, 1), clusters(120, 0.03, 2), CLASSES);

        assertThat(result.values().get("acc1")).isGreaterThan(0.97);
        assertThat(result.heldOutAccuracy()).hasSize(6).containsKey(result.weightDecay());
    }

    @Test
    void theLinearProbeDoesNotCareAboutScaleAndShiftOfAFeature() {
        Features train = clusters(300, 0.3, 1), test = clusters(300, 0.3, 2);
        Tensor scale = Tensors.of(new float[] {100, 0.01f, 1, 1, 1, 1, 1, 1}, 8);
        Features movedTrain = new Features(train.values().mul(scale).add(scale), train.labels());
        Features movedTest = new Features(test.values().mul(scale).add(scale), test.labels());

        double plain = LinearProbe.USUAL.evaluate(train, test, CLASSES).values().get("acc1");
        double moved = LinearProbe.USUAL
                .evaluate(movedTrain, movedTest, CLASSES)
                .values()
                .get("acc1");

        assertThat(moved).isCloseTo(plain, within(0.02));
    }

    @Test
    void theLinearProbeRepeatsItselfExactly() {
        Features train = clusters(200, 0.3, 1), test = clusters(200, 0.3, 2);

        assertThat(LinearProbe.USUAL.evaluate(train, test, CLASSES))
                .isEqualTo(LinearProbe.USUAL.evaluate(train, test, CLASSES));
    }

    @Test
    void theGradientVanishesAtTheSolutionOfTheRegression() {
        Features train = clusters(200, 0.3, 1);
        LogisticRegression regression = new LogisticRegression(train, CLASSES);
        double[] point = regression.fit(1e-2, regression.zeros(), new Lbfgs(200, 1e-6));

        double loss = regression.evaluate(point, 1e-2).value();
        for (double slope : regression.evaluate(point, 1e-2).gradient()) {
            assertThat(slope).isCloseTo(0, within(1e-4));
        }
        assertThat(loss).isBetween(0.1, Math.log(CLASSES));
    }

    @Test
    void lbfgsFindsTheMinimumOfAnIllConditionedQuadratic() {
        Lbfgs.Objective bowl = x -> new Lbfgs.Evaluation(
                500 * (x[0] - 1) * (x[0] - 1) + 0.5 * (x[1] + 2) * (x[1] + 2),
                new double[] {1000 * (x[0] - 1), x[1] + 2});

        double[] found = new Lbfgs(50, 1e-9).minimise(bowl, new double[2]);

        assertThat(found[0]).isCloseTo(1, within(1e-8));
        assertThat(found[1]).isCloseTo(-2, within(1e-8));
    }

    @Test
    void wrongUseIsRefused() {
        Features six = clusters(6, 0.1, 1);
        assertThatThrownBy(() -> KnnProbe.DINO.evaluate(six, six, CLASSES))
                .hasMessage("kNN with k 20 needs as many train samples, not 6");
        assertThatThrownBy(() -> new KnnProbe(0, 1, Vote.MAJORITY)).hasMessage("kNN needs at least 1 neighbour, not 0");
        assertThatThrownBy(() -> new KnnProbe(5, 0, Vote.WEIGHTED)).hasMessage("kNN temperature 0.0 is not positive");
        assertThatThrownBy(() -> new Features(Tensors.zeros(3, 4), Tensors.of(new long[2], 2)))
                .hasMessage("features 3x4 do not fit labels 2: want [N, D] and [N], N > 0");
        Tensor doubles = Tensors.of(new double[2], 2, 1);
        assertThatThrownBy(() -> new Features(doubles, Tensors.of(new long[2], 2)))
                .hasMessage("features must be float32, not Double");
        assertThatThrownBy(() -> new LinearProbe(List.of(), 0.1, 10, 0))
                .hasMessage("linear probe weight decays []: want at least one, none negative");
        assertThatThrownBy(() -> new LinearProbe(List.of(0.1), 1, 10, 0))
                .hasMessage("linear probe held-out share 1.0 is not in (0, 1)");
    }
}
