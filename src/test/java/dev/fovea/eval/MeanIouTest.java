package dev.fovea.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class MeanIouTest {
    @Test
    void theScoresAreThoseComputedByHand() {
        MeanIou metric = new MeanIou(4);
        metric.add(map(0, 0, 1, 1, 1, 2), map(0, 1, 1, 1, 255, 0));
        // class 0: 1 hit, 2 actual, 2 predicted; 1: 2 hits, 3 actual, 2 predicted; 2: predicted once; 3: absent

        assertThat(metric.iou()).containsExactly(1.0 / 3, 2.0 / 3, 0, Double.NaN);
        assertThat(metric.accuracy()).containsExactly(0.5, 2.0 / 3, Double.NaN, Double.NaN);
        assertThat(metric.precision()).containsExactly(0.5, 1, 0, Double.NaN);
        assertThat(metric.dice()).containsExactly(0.5, 0.8, 0, Double.NaN);
        assertThat(metric.values().get("mIoU")).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(metric.values().get("mAcc")).isCloseTo((0.5 + 2.0 / 3) / 2, within(1e-12));
        assertThat(metric.values().get("aAcc")).isCloseTo(3.0 / 5, within(1e-12));
    }

    @Test
    void addingImageByImageEqualsAddingAllAtOnce() {
        Tensor predicted = torch.randint(5, new long[] {6, 7, 8}, Tensors.options(ScalarType.Long));
        Tensor labels = torch.randint(5, new long[] {6, 7, 8}, Tensors.options(ScalarType.Long));
        MeanIou atOnce = new MeanIou(5), oneByOne = new MeanIou(5);

        atOnce.add(predicted, labels);
        for (int i = 0; i < 6; i++) {
            oneByOne.add(predicted.select(0, i), labels.select(0, i));
        }

        assertThat(oneByOne.iou()).containsExactly(atOnce.iou());
    }

    @Test
    void reducingTheZeroLabelIgnoresZeroAndShiftsTheRest() {
        MeanIou reduced = new MeanIou(3, true), plain = new MeanIou(3);

        reduced.add(map(0, 1, 2, 2, 0), map(1, 2, 3, 0, 255));
        plain.add(map(0, 1, 2, 2, 0), map(0, 1, 2, 255, 255));

        assertThat(reduced.iou()).containsExactly(plain.iou()).containsExactly(1, 1, 1);
    }

    @Test
    void labelMapsOfBytesAreReadAsTheyAre() {
        MeanIou metric = new MeanIou(2);

        metric.add(map(0, 1, 1), Tensors.of(new byte[] {0, 1, (byte) 255}, 3));

        assertThat(metric.pixelAccuracy()).isEqualTo(1);
        assertThat(metric.matrix().actual(1)).isEqualTo(1);
    }

    @Test
    void nothingButIgnoredPixelsGivesNoNumber() {
        MeanIou metric = new MeanIou(2);

        metric.add(map(0, 1), map(255, 255));

        assertThat(metric.values()).containsEntry("mIoU", Double.NaN).containsEntry("aAcc", Double.NaN);
    }

    @Test
    void classesThatDoNotExistAreRefused() {
        MeanIou metric = new MeanIou(3);

        assertThatThrownBy(() -> metric.add(map(0, 1), map(0, 3)))
                .hasMessage("label 3 is not one of the classes 0 to 2");
        assertThatThrownBy(() -> metric.add(map(0, -1), map(0, 1)))
                .hasMessage("prediction -1 is not one of the classes 0 to 2");
        assertThatThrownBy(() -> metric.add(map(0, 1, 2), map(0, 1)))
                .hasMessage("predictions of shape 3 do not fit labels of shape 2");
        assertThatThrownBy(() -> new MeanIou(256)).hasMessage("256 classes do not leave label 255 for ignored pixels");
    }

    @Test
    void matricesOfPartsAddUp() {
        ConfusionMatrix matrix = new ConfusionMatrix(2), sum = new ConfusionMatrix(2);
        matrix.add(map(1, 1, 0), map(1, 0, 0));

        for (int i = 0; i < 10; i++) {
            sum.add(matrix);
        }

        assertThat(sum.count(0, 1)).isEqualTo(10);
        assertThat(sum.actual(0)).isEqualTo(20);
        assertThat(sum.predicted(1)).isEqualTo(20);
    }

    private static Tensor map(long... values) {
        return Tensors.of(values, values.length);
    }
}
