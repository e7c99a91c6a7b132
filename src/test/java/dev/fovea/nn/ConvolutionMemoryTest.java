package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions and their gradients are right whatever lay in memory before: see {@link ChannelsLast}. */
class ConvolutionMemoryTest {
    @BeforeAll
    static void start() {
        Natives.start();
    }

    @ParameterizedTest
    @CsvSource({
        "12, 12, 3, 1, 1, 1",
        "48, 96, 2, 2, 0, 1",
        "24, 24, 3, 2, 1, 1",
        "12, 24, 3, 2, 1, 1",
        "32, 11, 1, 1, 0, 1",
        "32, 11, 3, 1, 1, 1",
        "32, 1, 3, 1, 1, 1",
        "64, 3, 1, 1, 0, 1",
        "3, 48, 4, 4, 0, 1",
        "11, 32, 3, 1, 1, 1",
        "20, 20, 3, 1, 1, 20",
        "1, 16, 3, 1, 1, 1",
        "1, 3, 1, 1, 0, 1",
        "48, 48, 5, 1, 2, 48",
        "6, 6, 3, 1, 1, 1",
        "192, 64, 3, 1, 1, 1"
    })
    void convolutionsSumOnlyWhatTheyAreGiven(int in, int out, int kernel, int stride, int padding, int groups) {
        Conv2d.Shape shape = Conv2d.Shape.kernel(kernel).strided(stride).grouped(groups);
        Conv2d conv = new Conv2d(in, out, padding == 0 ? shape : shape.same());
        Tensor x = torch.randn(4, in, 12, 16);
        Tensor exact = weight(conv.weight());
        Tensor bias = conv.bias().detach().to(ScalarType.Double);
        check(
                x,
                conv,
                exact,
                each -> torch.conv2d(each, exact, new TensorOptional(bias), two(stride), two(padding), two(1), groups));
    }

    @ParameterizedTest
    @CsvSource({"48, 48, 2", "24, 11, 2", "96, 32, 4", "192, 192, 2"})
    void transposedConvolutionsSumOnlyWhatTheyAreGiven(int in, int out, int kernel) {
        ConvTranspose2d conv = new ConvTranspose2d(in, out, kernel);
        Tensor exact = weight(conv.parametersByName().get("weight"));
        Tensor bias = conv.parametersByName().get("bias").detach().to(ScalarType.Double);
        check(
                torch.randn(4, in, 15, 9),
                conv,
                exact,
                each -> torch.conv_transpose2d(
                        each, exact, new TensorOptional(bias), two(kernel), two(0), two(0), 1, two(1)));
    }

    @ParameterizedTest
    @CsvSource({"16, 2, 3, 1", "16, 68, 3, 1", "16, 16, 3, 2", "32, 16, 1, 1", "192, 11, 1, 1"})
    void convolutionsOfSingleCellsSumOnlyWhatTheyAreGiven(int in, int out, int kernel, int stride) {
        Conv2d conv = new Conv2d(in, out, Conv2d.Shape.kernel(kernel).same().strided(stride));
        Tensor exact = weight(conv.weight());
        Tensor bias = conv.bias().detach().to(ScalarType.Double);
        check(
                torch.randn(4, in, 1, 1),
                conv,
                exact,
                each -> torch.conv2d(each, exact, new TensorOptional(bias), two(stride), two(kernel / 2), two(1), 1));
    }

    private static Tensor weight(Tensor weight) {
        return weight.detach().to(ScalarType.Double).set_requires_grad(true);
    }

    private static void check(Tensor x, Layer conv, Tensor exactWeight, UnaryOperator<Tensor> exactly) {
        Tensor exactX = x.to(ScalarType.Double).set_requires_grad(true);
        Tensor expected = exactly.apply(exactX);
        Tensor gradient = torch.randn_like(expected);
        expected.mul(gradient).sum().backward();
        Tensor weight = conv.parametersByName().get("weight");
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            Tensor mine = x.detach().clone().set_requires_grad(true);
            weight.mutable_grad().reset();
            litter();
            Tensor y;
            try (Precision.Scope cast = precision.open()) {
                y = conv.forward(mine);
            }
            y.to(ScalarType.Float).mul(gradient.to(ScalarType.Float)).sum().backward();
            double tolerance = precision == Precision.FP32 ? 1e-5 : 0.02;
            assertClose(y, expected, tolerance, precision + ", output");
            assertClose(mine.grad(), exactX.grad(), tolerance, precision + ", gradient of the input");
            assertClose(weight.grad(), exactWeight.grad(), tolerance, precision + ", gradient of the weight");
        }
    }

    /** Fills memory with NaN and hands it back. */
    private static void litter() {
        try (PointerScope scope = new PointerScope()) {
            List<Tensor> kept = new ArrayList<>();
            for (int power = 4; power < 20; power++) {
                for (int i = 0; i < 6; i++) {
                    kept.add(torch.full(new long[] {(1L << power) + 7L * i}, new Scalar(Float.NaN)));
                }
            }
        }
    }

    private static void assertClose(Tensor actual, Tensor expected, double tolerance, String what) {
        double largest = Tensors.item(expected.abs().max());
        Tensor apart = actual.to(ScalarType.Double).sub(expected).abs().max();
        assertThat(Tensors.item(apart)).as(what).isCloseTo(0, within(tolerance * largest));
    }

    private static long[] two(long value) {
        return new long[] {value, value};
    }
}
