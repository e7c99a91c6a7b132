package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecomputeTest {
    /** A linear stem, four blocks with drop path, and the mean. */
    private static final class Net extends Layer {
        private boolean usesTwice;
        private final Linear stem = child("stem", new Linear(6, 8));
        private final List<Block> blocks = childList(
                "blocks",
                Stream.of(0.2, 0.3, 0.4, 0.5)
                        .map(rate -> new Block(Block.Spec.plain(8, 2, 2).withDropPath(rate)))
                        .toList());

        @Override
        public Tensor forward(Tensor x) {
            Tensor first = blocks.get(1).forward(blocks.get(0).forward(stem.forward(x)));
            Tensor last = blocks.get(3).forward(blocks.get(2).forward(first));
            return (usesTwice ? last.add(first) : last).square().mean();
        }
    }

    private final Net net = new Net();

    @ParameterizedTest
    @EnumSource(Precision.class)
    void gradientsAreThoseOfTheWholeGraph(Precision precision) {
        Tensor x = Draws.normal(3, 5, 6);
        Map<String, float[]> kept = gradients(x, precision, false);
        Map<String, float[]> again = gradients(x, precision, true);
        assertThat(again.keySet()).isEqualTo(net.parametersByName().keySet());
        kept.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
    }

    /** Sums of three terms may be taken in another order then. */
    @Test
    void anOutputThatIsUsedTwiceGetsBothGradients() {
        net.usesTwice = true;
        Tensor x = Draws.normal(3, 5, 6);
        Map<String, float[]> kept = gradients(x, Precision.FP32, false);
        Map<String, float[]> again = gradients(x, Precision.FP32, true);
        kept.forEach((name, values) -> assertThat(again.get(name)).as(name).containsExactly(values, within(1e-6f)));
    }

    @Test
    void drawsAfterTheBackwardPassAreThoseOfAnUndisturbedGenerator() {
        Tensor x = Draws.normal(3, 5, 6);
        gradients(x, Precision.FP32, false);
        float[] expected = Tensors.toFloats(Draws.uniform(4));
        gradients(x, Precision.FP32, true);
        assertThat(Tensors.toFloats(Draws.uniform(4))).isEqualTo(expected);
    }

    private Map<String, float[]> gradients(Tensor x, Precision precision, boolean recompute) {
        Map<String, Tensor> parameters = net.parametersByName();
        parameters.values().forEach(p -> p.mutable_grad().reset());
        Draws.seed(1, 1);
        try (PointerScope scope = new PointerScope();
                Recompute tape = recompute ? Recompute.open() : null) {
            Tensor loss;
            try (Precision.Scope cast = precision.open()) {
                loss = net.forward(x);
            }
            loss.backward();
            if (tape != null) {
                tape.backward();
            }
        }
        Map<String, float[]> gradients = new LinkedHashMap<>();
        parameters.forEach((name, p) -> gradients.put(name, Tensors.toFloats(p.grad())));
        return gradients;
    }
}
