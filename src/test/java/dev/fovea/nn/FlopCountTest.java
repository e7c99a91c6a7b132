package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class FlopCountTest {
    @Test
    void aBlockCountsItsProjectionsAndItsAttention() {
        int tokens = 5;
        int dim = 8;
        try (PointerScope scope = new PointerScope();
                FlopCount count = FlopCount.open()) {
            new Attention(dim, 2).forward(Tensors.zeros(3, tokens, dim));

            long projections = 4L * dim * dim * tokens;
            long attention = 2L * tokens * tokens * dim;
            assertThat(count.flops()).isEqualTo(2.0 * 3 * (projections + attention));
        }
    }

    @Test
    void convolutionsCountTheirKernelsAndNothingIsCountedOnceClosed() {
        try (PointerScope scope = new PointerScope()) {
            Conv2d conv = new Conv2d(4, 6, Conv2d.Shape.kernel(3).same());
            Tensor x = Tensors.zeros(1, 4, 10, 10);
            FlopCount count = FlopCount.open();
            conv.forward(x);
            assertThat(count.flops()).isEqualTo(2.0 * 6 * 100 * 4 * 9);
            new ConvTranspose2d(4, 6, 2).forward(x);
            assertThat(count.flops()).isEqualTo(2.0 * 6 * 100 * 4 * 9 + 2.0 * 6 * 400 * 4);
            double before = count.flops();
            count.close();
            conv.forward(x);
            assertThat(count.flops()).isEqualTo(before);
        }
    }

    @Test
    void whatIsComputedWithoutGradientsHasNoBackwardPass() {
        try (PointerScope scope = new PointerScope();
                FlopCount count = FlopCount.open()) {
            Linear linear = new Linear(8, 4);
            linear.forward(Tensors.zeros(5, 8));
            double once = count.flops();
            assertThat(count.withBackward()).isEqualTo(3 * once);
            try (NoGrad off = new NoGrad()) {
                linear.forward(Tensors.zeros(5, 8));
            }
            assertThat(count.withBackward()).isEqualTo(4 * once);
        }
    }
}
