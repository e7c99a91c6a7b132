package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Conv2dTest {
    private static final int CHANNELS = 4;

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 1", "5, 2", "5, 0", "7, 3", "7, 1", "9, 4", "9, 0"})
    void aTrainedDepthwiseConvolutionIsTheLibrarysInValueAndGradients(int kernel, int padding) {
        Conv2d conv = depthwise(kernel, padding);
        Tensor pixels = torch.randn(2, CHANNELS, 11, 13);
        Tensor x = pixels.clone().requires_grad_(true);
        Tensor y = conv.forward(x);
        Tensor weights = torch.randn_like(y);
        y.mul(weights).sum().backward();

        Tensor x2 = pixels.clone().requires_grad_(true);
        Tensor w2 = conv.weight().detach().clone().requires_grad_(true);
        Tensor b2 = conv.bias().detach().clone().requires_grad_(true);
        Tensor expected = torch.conv2d(x2, w2, Tensors.optional(b2), one(1), one(padding), one(1), CHANNELS);
        expected.mul(weights).sum().backward();

        assertThat(Tensors.toFloats(y)).hasSize((int) expected.numel());
        List<Tensor> mine =
                List.of(y, x.grad(), conv.weight().grad(), conv.bias().grad());
        List<Tensor> library = List.of(expected, x2.grad(), w2.grad(), b2.grad());
        for (int i = 0; i < mine.size(); i++) {
            assertThat(mine.get(i).sizes().vec().get())
                    .isEqualTo(library.get(i).sizes().vec().get());
            assertThat(Tensors.item(mine.get(i).sub(library.get(i)).abs().max()))
                    .isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void underAutocastAWideDepthwiseConvolutionStaysInBfloat16() {
        Conv2d conv = depthwise(5, 2);
        Tensor x = torch.randn(1, CHANNELS, 8, 8);
        Tensor exact = conv.forward(x);

        try (Precision.Scope autocast = Precision.BF16.open()) {
            Tensor y = conv.forward(x);
            assertThat(y.scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
            assertThat(Tensors.item(y.to(ScalarType.Float).sub(exact).abs().max()))
                    .isCloseTo(0, within(0.05));
        }
    }

    @Test
    void stripsCountTheArithmeticOfTheWholeKernel() {
        Conv2d conv = depthwise(5, 0);
        Tensor x = torch.randn(1, CHANNELS, 9, 9);

        try (FlopCount count = FlopCount.open()) {
            conv.forward(x);
            assertThat(count.flops()).isEqualTo(2.0 * CHANNELS * 5 * 5 * 25);
        }
    }

    private static Conv2d depthwise(int kernel, int padding) {
        return new Conv2d(
                CHANNELS, CHANNELS, Conv2d.Shape.kernel(kernel).padded(padding).grouped(CHANNELS));
    }

    private static long[] one(long value) {
        return new long[] {value, value};
    }
}
