package dev.fovea.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SegmentationLossTest {
    /** Two pixels, two classes: equal scores, and class 0 ahead by ln 3 (probabilities 3/4 and 1/4). */
    private final Tensor logits = Tensors.of(new float[] {0, (float) Math.log(3), 0, 0}, 1, 2, 1, 2);

    @Test
    void theMeanIsOverAllPixels() {
        SegmentationLoss loss = SegmentationLoss.of(logits, labels(0, 1));

        assertThat(Tensors.item(loss.crossEntropy())).isCloseTo((Math.log(2) + Math.log(4)) / 2, within(1e-6));
        assertThat(Tensors.item(loss.accuracy())).isCloseTo(50, within(1e-3));
    }

    @Test
    void ignoredPixelsStayInTheDivisorOfTheLossButNotOfTheAccuracy() {
        SegmentationLoss loss = SegmentationLoss.of(logits, labels(255, 0));

        assertThat(Tensors.item(loss.crossEntropy())).isCloseTo(Math.log(4.0 / 3) / 2, within(1e-6));
        assertThat(Tensors.item(loss.accuracy())).isCloseTo(100, within(1e-3));
    }

    @Test
    void aBatchWithoutAnyLabelHasLossZeroAndNoGradient() {
        Tensor scores = logits.clone().set_requires_grad(true);
        SegmentationLoss loss = SegmentationLoss.of(scores, labels(255, 255));
        loss.crossEntropy().backward();

        assertThat(Tensors.item(loss.crossEntropy())).isZero();
        assertThat(Tensors.item(scores.grad().abs().max())).isZero();
    }

    @Test
    void logitsAreResizedToTheLabels() {
        Tensor constant = Tensors.of(new float[] {(float) Math.log(3), 0}, 1, 2, 1, 1);

        SegmentationLoss loss = SegmentationLoss.of(constant, Tensors.of(new long[12], 1, 3, 4));

        assertThat(Tensors.item(loss.crossEntropy())).isCloseTo(Math.log(4.0 / 3), within(1e-6));
    }

    @Test
    void labelsOfAnotherRankAreRefused() {
        assertThatThrownBy(() -> SegmentationLoss.of(logits, Tensors.of(new long[2], 1, 1, 1, 2)))
                .hasMessage("labels of shape 1x1x1x2 do not fit logits of shape 1x2x1x2: want [B, H, W]");
    }

    private static Tensor labels(long... values) {
        return Tensors.of(values, 1, 1, values.length);
    }
}
