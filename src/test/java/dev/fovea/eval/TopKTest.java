package dev.fovea.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class TopKTest {
    @Test
    void aSampleIsRightWhenItsClassIsAmongTheKBest() {
        TopK accuracy = new TopK(1, 2);

        accuracy.add(Tensors.of(new float[] {3, 2, 1, 3, 2, 1, 3, 2, 1, 1, 2, 3}, 4, 3), labels(0, 1, 2, 2));

        assertThat(accuracy.values()).containsEntry("acc1", 0.5).containsEntry("acc2", 0.75);
        assertThat(accuracy.samples()).isEqualTo(4);
    }

    @Test
    void aConstantOutputScoresAsIfItAlwaysChoseTheFirstClass() {
        TopK accuracy = new TopK(1);

        accuracy.add(Tensors.zeros(4, 4), labels(0, 1, 2, 3));

        assertThat(accuracy.accuracy(1)).isEqualTo(0.25);
    }

    @Test
    void scoresThatAreNotNumbersAreNeverRight() {
        TopK accuracy = new TopK(1);

        accuracy.add(Tensors.full(Double.NaN, 3, 2), labels(0, 0, 1));

        assertThat(accuracy.accuracy(1)).isZero();
    }

    @Test
    void wrongUseIsRefused() {
        assertThatThrownBy(() -> new TopK(0)).hasMessage("top-0 accuracy does not exist: k starts at 1");
        assertThatThrownBy(() -> new TopK(1).accuracy(5)).hasMessage("top-5 accuracy was not counted");
        assertThatThrownBy(() -> new TopK(1).add(Tensors.zeros(3, 2), labels(0, 1)))
                .hasMessage("scores 3x2 do not fit labels 2: want [B, K] and [B]");
    }

    private static Tensor labels(long... values) {
        return Tensors.of(values, values.length);
    }
}
