package dev.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SgdMomentumTest {
    @Test
    void decayIsPartOfTheGradientAndMomentumGathersIt() {
        Tensor parameter = Given.parameter(2, -1);
        SgdMomentum sgd = new SgdMomentum(Given.oneGroup("w", parameter, 1, 0.1), 0.9);
        Given.gradient(parameter, 1, 0.5);
        sgd.step(0.5); // g + 0.1 w = (1.2, 0.4)
        assertThat(Tensors.toDoubles(parameter)).containsExactly(new double[] {1.4, -1.2}, within(1e-6));
        sgd.step(0.5); // (1.08 + 1.14, 0.36 + 0.38)
        assertThat(Tensors.toDoubles(parameter)).containsExactly(new double[] {0.29, -1.57}, within(1e-6));
        assertThat(Tensors.toDoubles(parameter.grad())).containsExactly(1, 0.5);
    }
}
