package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Conv2d;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitWindowsTest {
    private static final int CHANNELS = 3;

    @ParameterizedTest
    @CsvSource({"4, 5", "2, 5", "2, 9", "1, 7", "4, 1"})
    void visibleUnitsComeOutAsInAConvolutionOfTheWholeGridWithZerosWhereItIsHidden(int cells, int kernel) {
        Size grid = new Size(3, 5);
        TokenMask mask = TokenMask.random(2, grid.area(), 0.6);
        Conv2d conv = conv(kernel);
        Tensor weights = torch.randn(2, mask.visible(), (long) cells * cells, CHANNELS);
        List<Tensor> windows = results(new UnitWindows(grid, mask, cells, kernel)::convolve, conv, weights);
        Units units = new Units(grid, mask);

        List<Tensor> dense =
                results((x, depthwise) -> units.gather(depthwise.forward(units.toMap(x, cells)), cells), conv, weights);

        for (int i = 0; i < dense.size(); i++) {
            assertThat(Tensors.item(windows.get(i).sub(dense.get(i)).abs().max()))
                    .isCloseTo(0, within(1e-4));
        }
    }

    /** Output and the gradients of input, weight and bias, for one fixed input. */
    private static List<Tensor> results(ConvBlock.Spatial spatial, Conv2d conv, Tensor weights) {
        torch.manual_seed(1);
        Tensor x = torch.randn_like(weights).requires_grad_(true);
        Tensor y = spatial.convolve(x, conv);
        y.mul(weights).sum().backward();
        List<Tensor> all = List.of(
                y.detach(),
                x.grad(),
                conv.weight().grad().clone(),
                conv.bias().grad().clone());
        conv.weight().mutable_grad().zero_();
        conv.bias().mutable_grad().zero_();
        return all;
    }

    private static Conv2d conv(int kernel) {
        return new Conv2d(CHANNELS, CHANNELS, Conv2d.Shape.kernel(kernel).same().grouped(CHANNELS));
    }
}
