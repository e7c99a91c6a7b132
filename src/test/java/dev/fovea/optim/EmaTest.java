package dev.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class EmaTest {
    private final Tensor w = Given.parameter(1, -2);
    private final Tensor count = Tensors.of(new long[] {3}, 1);

    @Test
    void parametersAreAveragedAndBuffersCopied() {
        Ema ema = new Ema(Map.of("w", w), Map.of("count", count));
        double[] expected = {1, -2};
        for (int step = 1; step <= 5; step++) {
            set(w, step * 0.7, step - 4);
            double decay = step == 1 ? 0.2 : 0.9; // both branches of lerp
            expected[0] = decay * expected[0] + (1 - decay) * step * 0.7;
            expected[1] = decay * expected[1] + (1 - decay) * (step - 4);
            count.copy_(Tensors.of(new long[] {step}, 1));
            ema.update(decay);
            assertThat(Tensors.toDoubles(ema.state().get("w"))).containsExactly(expected, within(1e-6));
            assertThat(Tensors.toLongs(ema.state().get("count"))).containsExactly(step);
        }
    }

    @Test
    void aTwinStartsAsACopyAndFollowsInPlace() {
        Tensor twin = Given.parameter(9, 9);
        Ema ema = new Ema(Map.of("w", w), Map.of(), Map.of("w", twin));
        assertThat(Tensors.toDoubles(twin)).containsExactly(1, -2);
        set(w, 3, 0);
        ema.update(0.5);
        assertThat(Tensors.toDoubles(twin)).containsExactly(2, -1);
        ema.update(0);
        assertThat(Tensors.toDoubles(twin)).containsExactly(3, 0);
        set(w, 100, 100);
        ema.update(1);
        assertThat(Tensors.toDoubles(twin)).containsExactly(3, 0);
    }

    @Test
    void averagingGoesOnToTheSameBitsFromASavedState() {
        Ema straight = new Ema(Map.of("w", w), Map.of("count", count));
        set(w, 0.3, 0.7);
        straight.update(0.9);
        Map<String, Tensor> saved = Given.copies(straight.state());
        Ema resumed = new Ema(Map.of("w", w), Map.of("count", count));
        resumed.load(saved);
        set(w, 11, 13);
        straight.update(0.99);
        resumed.update(0.99);
        assertThat(Tensors.toFloats(resumed.state().get("w")))
                .isEqualTo(Tensors.toFloats(straight.state().get("w")));
    }

    @Test
    void aTwinOfAnotherBuildAndAWrongDecayAreRefused() {
        assertThatThrownBy(() -> new Ema(Map.of("w", w), Map.of(), Map.of("w", Given.parameter(1))))
                .hasMessage("moving average: 'w' has shape 2, the twin has 1");
        assertThatThrownBy(() -> new Ema(Map.of("w", w), Map.of(), Map.of()))
                .hasMessage("moving average: 'w' has shape 2, the twin has no such tensor");
        Ema ema = new Ema(Map.of("w", w), Map.of());
        assertThatThrownBy(() -> ema.update(1.01)).hasMessage("moving average: decay 1.01 is not in [0, 1]");
        assertThatThrownBy(() -> ema.load(Map.of()))
                .hasMessage("moving average does not fit: missing [w], unexpected []");
    }

    private static void set(Tensor parameter, double... values) {
        try (NoGrad guard = new NoGrad()) {
            parameter.copy_(Given.parameter(values));
        }
    }
}
