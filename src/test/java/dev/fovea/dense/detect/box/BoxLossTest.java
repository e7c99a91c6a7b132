package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BoxLossTest {
    private final Tensor boxes = new RandomBoxes(21).boxes(6, 50);
    private final Tensor weights = Tensors.of(new float[] {1, 0, 1, 1, 0, 2}, 6);

    @Test
    void whatIsRightCostsNothing() {
        for (BoxLoss.Kind kind : BoxLoss.Kind.values()) {
            assertThat(Tensors.item(new BoxLoss(kind, 1, 3).sum(boxes, boxes, weights)))
                    .isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void boxesOfWeightZeroDoNotCount() {
        Tensor elsewhere = boxes.clone();
        elsewhere.select(0, 1).add_(new Scalar(100));
        assertThat(Tensors.item(BoxLoss.giou(1).sum(elsewhere, boxes, weights))).isCloseTo(0, within(1e-4));
    }

    @Test
    void theSmoothOneIsAParabolaBelowBetaAndAbsoluteAbove() {
        Tensor zero = Tensors.zeros(1, 4), one = Tensors.ones(1);
        Tensor near = Tensors.of(new float[] {0.1f, 0, 0, 0}, 1, 4), far = Tensors.of(new float[] {3, 0, 0, 0}, 1, 4);
        BoxLoss loss = BoxLoss.smoothL1(0.5);
        assertThat(Tensors.item(loss.sum(near, zero, one))).isCloseTo(0.5 * 0.01 / 0.5, within(1e-6));
        assertThat(Tensors.item(loss.sum(far, zero, one))).isCloseTo(3 - 0.25, within(1e-6));
        assertThat(Tensors.item(BoxLoss.l1().sum(far, zero, one))).isEqualTo(3);
    }

    @Test
    void halfAnOverlapCostsItsLogarithm() {
        Tensor whole = Tensors.of(new float[] {0, 0, 10, 10}, 1, 4), half = Tensors.of(new float[] {0, 0, 10, 5}, 1, 4);
        BoxLoss loss = new BoxLoss(BoxLoss.Kind.LOG_IOU, 0, 2);
        assertThat(Tensors.item(loss.sum(half, whole, Tensors.ones(1)))).isCloseTo(2 * Math.log(2), within(1e-5));
        assertThat(loss.needsBoxes()).isTrue();
    }

    @Test
    void boxesApartStillHaveAGradient() {
        Tensor predicted = Tensors.of(new float[] {0, 0, 10, 10}, 1, 4).set_requires_grad(true);
        Tensor target = Tensors.of(new float[] {30, 0, 40, 10}, 1, 4);
        BoxLoss.giou(1).sum(predicted, target, Tensors.ones(1)).backward();
        assertThat(Tensors.toFloats(predicted.grad())[2]).isNegative(); // further to the right is better
    }

    @Test
    void aSmoothLossNeedsItsBeta() {
        assertThatThrownBy(() -> BoxLoss.smoothL1(0))
                .hasMessage("a loss of boxes wants weight >= 0, and beta > 0 where it is smooth, not 1.0 and 0.0");
    }
}
