package dev.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ClipTest {
    private final Tensor a = Given.parameter(0, 0);
    private final Tensor b = Given.zeros(1, 2);
    private final Tensor unused = Given.parameter(1);

    @Test
    void aLongGradientIsShortenedToTheLimitInItsDirection() {
        Given.gradient(a, 3, 0);
        Given.gradient(b, 0, -4);
        assertThat(Clip.toNorm(List.of(a, unused, b), 1)).isEqualTo(5, within(1e-6));
        assertThat(Tensors.toDoubles(a.grad())).containsExactly(new double[] {0.6, 0}, within(1e-6));
        assertThat(Tensors.toDoubles(b.grad())).containsExactly(new double[] {0, -0.8}, within(1e-6));
        assertThat(Clip.toNorm(List.of(a, b), Double.POSITIVE_INFINITY)).isEqualTo(1, within(1e-6));
    }

    @Test
    void aShortGradientIsLeftToTheBit() {
        Given.gradient(a, 0.3, 0.1);
        assertThat(Clip.toNorm(List.of(a), 1)).isEqualTo(Math.sqrt(0.1), within(1e-6));
        assertThat(Tensors.toFloats(a.grad())).containsExactly(0.3f, 0.1f);
    }

    @Test
    void aGradientThatIsNotFiniteIsReportedAndLeft() {
        Given.gradient(a, 2, Double.NaN);
        Given.gradient(b, 5, 5);
        assertThat(Clip.toNorm(List.of(a, b), 1)).isNaN();
        assertThat(Tensors.toDoubles(b.grad())).containsExactly(5, 5);
        Given.gradient(a, 2, Double.POSITIVE_INFINITY);
        assertThat(Clip.toNorm(List.of(a, b), 1)).isInfinite();
        assertThat(Tensors.toDoubles(b.grad())).containsExactly(5, 5);
    }

    @Test
    void withoutGradientsTheNormIsZero() {
        assertThat(Clip.toNorm(List.of(unused), 1)).isZero();
    }

    @Test
    void aLimitOfZeroIsRefused() {
        assertThatThrownBy(() -> Clip.toNorm(List.of(a), 0)).hasMessage("gradient clipping: limit 0.0 is not above 0");
    }
}
