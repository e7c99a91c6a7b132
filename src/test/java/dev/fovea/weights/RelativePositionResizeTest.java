package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import dev.fovea.weights.RelativePositionResize.Side;
import dev.fovea.weights.RelativePositionResize.Way;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class RelativePositionResizeTest {
    @Test
    void aSplineGoesThroughItsPointsAndReproducesCubics() {
        double[] x = {-3, -1, 0, 0.5, 2, 5};
        double[] at = {-3, -2, 0.25, 0.5, 4, 5};
        Tensor weights = CubicSpline.weights(x, at);

        double[] read = Tensors.toDoubles(weights.matmul(cubic(x)));

        assertThat(read).containsExactly(Tensors.toDoubles(cubic(at)), within(1e-9));
    }

    @Test
    void outsideOfItsPointsASplineKeepsTheBordersValue() {
        double[] x = {0, 1, 3, 4};

        double[] read =
                Tensors.toDoubles(CubicSpline.weights(x, new double[] {-9, 4.5}).matmul(cubic(x)));

        assertThat(read).containsExactly(Tensors.toDoubles(cubic(new double[] {0, 4})), within(1e-9));
    }

    @Test
    void thePublishedSizesHaveTheirNotedRatios() {
        assertThat(Side.of(14, 24).ratio()).isCloseTo(1.0903, within(1e-4));
        assertThat(Side.of(14, 32).ratio()).isCloseTo(1.1349, within(1e-4));
    }

    @Test
    void eachSideOfAGridIsResizedByItself() {
        Tensor table = torch.randn(7 * 9 + 3, 2); // 4 x 5 cells
        Tensor first = RelativePositionResize.resize(table, new int[] {4, 5}, new int[] {6, 5});

        Tensor both = RelativePositionResize.resize(first, new int[] {6, 5}, new int[] {6, 7});

        Tensor atOnce = RelativePositionResize.resize(table, new int[] {4, 5}, new int[] {6, 7});
        assertThat(Tensors.item(both.sub(atOnce).abs().max())).isCloseTo(0, within(1e-5));
        assertThat(Tensors.toFloats(atOnce.narrow(0, 11 * 13, 3)))
                .containsExactly(Tensors.toFloats(table.narrow(0, 7 * 9, 3)));
    }

    @Test
    void turningTheTableTurnsWhatComesOut() {
        Tensor table = torch.randn(7, 9, 2);

        Tensor wide = RelativePositionResize.resize(table.reshape(63, 2), new int[] {4, 5}, new int[] {5, 8});
        Tensor high =
                RelativePositionResize.resize(table.transpose(0, 1).reshape(63, 2), new int[] {5, 4}, new int[] {8, 5});

        Tensor turned = high.reshape(15, 9, 2).transpose(0, 1).reshape(135, 2);
        assertThat(Tensors.item(turned.sub(wide).abs().max())).isCloseTo(0, within(1e-5));
    }

    @Test
    void theSideOfASquareTableIsToldWithAndWithoutAClassToken() {
        assertThat(RelativePositionResize.squareSide(Tensors.zeros(732, 12))).isEqualTo(14);
        assertThat(RelativePositionResize.squareSide(Tensors.zeros(729, 12))).isEqualTo(14);
        assertThatThrownBy(() -> RelativePositionResize.squareSide(Tensors.zeros(730, 12)))
                .hasMessage("table of relative positions 730x12 belongs to no square grid");
    }

    @Test
    void tablesThatAreTooSmallAreRefused() {
        assertThatThrownBy(
                        () -> RelativePositionResize.resize(Tensors.zeros(12, 2), new int[] {2, 2}, new int[] {4, 4}))
                .hasMessage("a table of relative positions for 2 cells a side cannot be resized to 4: a cubic needs 3");
        assertThatThrownBy(
                        () -> RelativePositionResize.resize(Tensors.zeros(12, 2), new int[] {4, 4}, new int[] {5, 5}))
                .hasMessage("table of relative positions 12x2 has fewer than the 49 rows of a 4x4 grid");
    }

    @Test
    void aTableOfAWindowIsNotTakenForOneOfTheImage() {
        int[] large = {64, 64}, small = {4, 4};
        for (Way way : new Way[] {Way.GEOMETRIC, Way.WINDOWS}) {
            for (int[] image : new int[][] {large, small}) {
                StateLoader.Adapter adapter = RelativePositionResize.onLoad(way, image, image);
                Tensor table = torch.randn(729, 2);
                assertThat(adapter.adapt("relative_position_bias_table", table, new long[] {729, 2}))
                        .isSameAs(table);
                Tensor smaller = adapter.adapt("relative_position_bias_table", table, new long[] {169, 2});
                assertThat(Tensors.toFloats(smaller))
                        .containsExactly(Tensors.toFloats(
                                RelativePositionResize.resize(table, new int[] {14, 14}, new int[] {7, 7})));
            }
        }
        StateLoader.Adapter adapter = RelativePositionResize.onLoad(Way.WINDOWS, small, large);
        assertThat(adapter.adapt("relative_position_bias_table", torch.randn(24, 2), new long[] {729, 2}))
                .isNull();
    }

    private static Tensor cubic(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 1 - 2 * x[i] + 0.5 * x[i] * x[i] + 0.25 * x[i] * x[i] * x[i];
        }
        return Tensors.of(y, y.length, 1);
    }
}
