package dev.fovea.pretrain.beit2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Draws;
import dev.fovea.pretrain.beit2.QuantizerSpec.Learning;
import dev.fovea.pretrain.beit2.QuantizerSpec.Start;
import dev.fovea.pretrain.beit2.VectorQuantizer.Quantized;
import dev.fovea.tensor.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Exchanger;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class VectorQuantizerTest {
    private static final int CODES = 6;
    private static final int DIM = 4;

    private static VectorQuantizer quantizer(Learning learning, Start start, int restartAfter) {
        return new VectorQuantizer(new QuantizerSpec(CODES, DIM, 1, learning, 0.9, start, restartAfter));
    }

    private static Tensor features(int seed) {
        Draws.seed(seed, 0);
        return torch.randn(2, 10, DIM);
    }

    @Test
    void withGradientsTheCodebookFollowsFeaturesAndTheFeaturesOnlyTheCommitment() {
        VectorQuantizer quantizer = quantizer(Learning.GRADIENT, Start.RANDOM, 0);
        Tensor z = features(1).requires_grad_(true);
        Tensor own = quantizer.parametersByName().get("codebook");

        Quantized seen = quantizer.quantize(z);
        seen.loss().backward();

        // By hand: 1/n |sg[z] - l2(e)|^2 for the codebook alone, beta/n |z - sg[l2(e)]|^2 for the features alone.
        Tensor e = own.detach().clone().requires_grad_(true);
        Tensor y = z.detach().clone().requires_grad_(true);
        Tensor chosen =
                Sphere.project(e).index_select(0, seen.codes().reshape(-1)).reshape(2, 10, DIM);
        chosen.sub(Sphere.project(y).detach()).square().mean().backward();
        Sphere.project(y).sub(chosen.detach()).square().mean().backward();
        assertThat(largestDifference(own.grad(), e.grad())).isCloseTo(0, within(1e-6));
        assertThat(largestDifference(z.grad(), y.grad())).isCloseTo(0, within(1e-6));
        assertThat(Tensors.item(own.grad().abs().max())).isPositive();
    }

    @Test
    void theGradientOfTheValuesPassesTheCodebookByInBothWaysOfLearning() {
        for (Learning learning : Learning.values()) {
            VectorQuantizer quantizer = quantizer(learning, Start.RANDOM, 0);
            Tensor z = features(2).requires_grad_(true);
            Tensor weights = features(3);
            quantizer.quantize(z).values().mul(weights).sum().backward();

            Tensor y = z.detach().clone().requires_grad_(true);
            Sphere.project(y).mul(weights).sum().backward();
            assertThat(largestDifference(z.grad(), y.grad())).isCloseTo(0, within(1e-6));
            Tensor codebook = quantizer.state().get("codebook");
            assertThat(codebook.grad().defined()).isFalse();
            assertThat(quantizer.parametersByName().containsKey("codebook")).isEqualTo(learning == Learning.GRADIENT);
        }
    }

    @Test
    void valuesAreTheEntriesOfTheCodesAndEvaluationChangesNothing() {
        VectorQuantizer quantizer = quantizer(Learning.EMA, Start.RANDOM, 3);
        quantizer.eval();
        Map<String, float[]> before = values(quantizer);

        Quantized seen = quantizer.quantize(features(4));

        Tensor entries = quantizer.codebook().index_select(0, seen.codes().reshape(-1));
        assertThat(largestDifference(seen.values().reshape(-1, DIM), entries)).isCloseTo(0, within(1e-6));
        assertThat(Tensors.toLongs(quantizer.codes(features(4)))).isEqualTo(Tensors.toLongs(seen.codes()));
        values(quantizer).forEach((name, x) -> assertThat(x).as(name).isEqualTo(before.get(name)));
    }

    @Test
    void anEmptyCodebookSaysSo() {
        VectorQuantizer quantizer = quantizer(Learning.EMA, Start.KMEANS, 0);
        quantizer.eval();
        assertThatThrownBy(() -> quantizer.codes(features(1)))
                .hasMessage(
                        "the codebook is empty: it starts with the first training batch, or with weights from a file");
    }

    @Test
    void theFirstTrainingBatchStartsTheCodebookOnTheSphereAndOnlyTheFirst() {
        VectorQuantizer quantizer = quantizer(Learning.GRADIENT, Start.KMEANS, 0);
        step(quantizer, features(5));
        float[] started = Tensors.toFloats(quantizer.codebook());
        assertThat(largestDifference(Sphere.length(quantizer.codebook()), Tensors.ones(CODES, 1)))
                .isCloseTo(0, within(1e-5));
        step(quantizer, features(6));
        assertThat(Tensors.toFloats(quantizer.codebook())).isEqualTo(started);
    }

    @Test
    void usageIsCountedByEpochs() {
        VectorQuantizer quantizer = quantizer(Learning.EMA, Start.RANDOM, 0);
        Tensor one = Tensors.ones(1, 3, DIM);
        step(quantizer, one);
        step(quantizer, one);
        assertThat(Tensors.item(quantizer.usage().counts().sum())).isEqualTo(6);
        assertThat(Tensors.item(quantizer.usage().used())).isCloseTo(1.0 / CODES, within(1e-6));
        assertThat(Tensors.item(quantizer.usage().effective())).isCloseTo(1, within(1e-4));
        quantizer.usage().endEpoch();
        step(quantizer, one);
        assertThat(Tensors.item(quantizer.usage().counts().sum())).isEqualTo(6);
        quantizer.usage().endEpoch();
        assertThat(Tensors.item(quantizer.usage().counts().sum())).isEqualTo(3);
    }

    @Test
    void codesThatNobodyChoosesBecomeTokensWhereThatIsAskedFor() {
        Tensor one = Tensors.of(new float[] {1, 1, 0, 0, 1, 0.9f, 0, 0}, 1, 2, DIM);
        for (int restartAfter : new int[] {0, 3}) {
            VectorQuantizer quantizer = quantizer(Learning.EMA, Start.RANDOM, restartAfter);
            for (int step = 0; step < 3; step++) {
                Draws.seed(1, step);
                step(quantizer, one);
            }
            Tensor likeness = quantizer
                    .codebook()
                    .matmul(Sphere.project(one).reshape(2, DIM).t());
            double alike = Tensors.item(likeness.gt(new Scalar(0.99)).any(1).sum());
            assertThat(alike >= CODES - 2).isEqualTo(restartAfter == 3); // two at most were chosen, and moved slowly
        }
    }

    @Test
    void deadCodesRestartUnderGradientsAsWell() {
        Tensor one = Tensors.of(new float[] {1, 1, 0, 0, 1, 0.9f, 0, 0}, 1, 2, DIM);
        VectorQuantizer quantizer = quantizer(Learning.GRADIENT, Start.RANDOM, 2);
        for (int step = 0; step < 2; step++) {
            Draws.seed(1, step);
            Tensor z = one.clone().requires_grad_(true);
            Quantized seen = quantizer.quantize(z);
            seen.loss().add(seen.values().sum()).backward();
            quantizer.endStep();
        }
        Tensor likeness = Sphere.project(quantizer.codebook().detach())
                .matmul(Sphere.project(one).reshape(2, DIM).t());
        assertThat(Tensors.item(likeness.gt(new Scalar(0.99)).any(1).sum())).isGreaterThanOrEqualTo(CODES - 2);
    }

    /** The gradient of a batch in parts is that of the whole, and so is what the codebook learns. */
    @Test
    void aStepOfSeveralPassesLearnsWhatOnePassOverAllWouldTeach() {
        Tensor batch = features(9);
        VectorQuantizer whole = quantizer(Learning.EMA, Start.RANDOM, 2);
        VectorQuantizer parts = quantizer(Learning.EMA, Start.RANDOM, 2);
        parts.codebook().copy_(whole.codebook());
        step(whole, batch);
        float[] before = Tensors.toFloats(parts.codebook());
        parts.quantize(batch.narrow(0, 0, 1));
        parts.quantize(batch.narrow(0, 1, 1));
        assertThat(Tensors.toFloats(parts.codebook())).isEqualTo(before);
        assertThat(Tensors.item(parts.usage().counts().sum())).isZero();
        parts.endStep();
        assertThat(largestDifference(parts.codebook(), whole.codebook())).isCloseTo(0, within(1e-6));
        for (String name : List.of("usage.average", "usage.counts", "usage.idle")) {
            assertThat(Tensors.toFloats(parts.state().get(name)))
                    .as(name)
                    .isEqualTo(Tensors.toFloats(whole.state().get(name)));
        }
    }

    @Test
    void aStepWithoutATrainingPassChangesNothing() {
        VectorQuantizer quantizer = quantizer(Learning.EMA, Start.RANDOM, 1);
        step(quantizer, features(4));
        Map<String, float[]> before = values(quantizer);
        quantizer.eval();
        step(quantizer, features(5));
        values(quantizer).forEach((name, x) -> assertThat(x).as(name).isEqualTo(before.get(name)));
    }

    private static void step(VectorQuantizer quantizer, Tensor features) {
        quantizer.quantize(features);
        quantizer.endStep();
    }

    @Test
    void twoRanksLearnWhatOneProcessLearnsFromBothBatches() throws InterruptedException {
        Tensor batch = features(8);
        VectorQuantizer alone = quantizer(Learning.EMA, Start.RANDOM, 0);
        Exchanger<Tensor> exchanger = new Exchanger<>();
        VectorQuantizer[] ranks = new VectorQuantizer[2];
        Thread[] threads = new Thread[2];
        for (int rank = 0; rank < 2; rank++) {
            ranks[rank] = quantizer(Learning.EMA, Start.RANDOM, 0);
            ranks[rank].codebook().copy_(alone.codebook());
            ranks[rank].synchronise(new Ranks(rank, 2, x -> sum(exchanger, x)));
            VectorQuantizer own = ranks[rank];
            Tensor half = batch.narrow(0, rank, 1);
            threads[rank] = new Thread(() -> step(own, half));
        }
        step(alone, batch);
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Tensors.toFloats(ranks[0].codebook())).isEqualTo(Tensors.toFloats(ranks[1].codebook()));
        assertThat(largestDifference(ranks[0].codebook(), alone.codebook())).isCloseTo(0, within(1e-6));
        assertThat(Tensors.toFloats(ranks[0].usage().average()))
                .isEqualTo(Tensors.toFloats(alone.usage().average()));
    }

    /** What is handed over is a copy, as between processes, and outlives the scope of its owner. */
    private static Tensor sum(Exchanger<Tensor> exchanger, Tensor own) {
        try {
            Tensor copy = own.clone();
            copy.retainReference();
            return own.add(exchanger.exchange(copy), new Scalar(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ranksStartFromTokensOfAll() throws InterruptedException {
        Exchanger<Tensor> exchanger = new Exchanger<>();
        Tensor[] samples = new Tensor[2];
        Thread[] threads = new Thread[2];
        for (int rank = 0; rank < 2; rank++) {
            int own = rank;
            threads[rank] = new Thread(() ->
                    samples[own] = new Ranks(own, 2, x -> sum(exchanger, x)).sample(Tensors.full(own + 1, 8, DIM), 4));
            threads[rank].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Tensors.toFloats(samples[0].select(1, 0))).containsExactly(1, 2, 1, 2);
        assertThat(Tensors.toFloats(samples[1])).isEqualTo(Tensors.toFloats(samples[0]));
    }

    private static Map<String, float[]> values(VectorQuantizer quantizer) {
        Map<String, float[]> values = new HashMap<>();
        quantizer.state().forEach((name, x) -> values.put(name, Tensors.toFloats(x)));
        return values;
    }

    private static double largestDifference(Tensor a, Tensor b) {
        return Tensors.item(a.sub(b).abs().max());
    }
}
