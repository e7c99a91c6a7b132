package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BilinearTest {
    private final Tensor row = Tensors.of(new float[] {0, 4}, 1, 1, 1, 2);

    @Test
    void alignedCornersKeepTheirValuesAndDivideWhatIsBetween() {
        assertThat(Tensors.toFloats(Bilinear.resize(row, 1, 5, true))).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void cornersThatAreNotAlignedArePartsOfPixels() {
        assertThat(Tensors.toFloats(Bilinear.resize(row, 1, 4))).containsExactly(0, 1, 3, 4);
        assertThat(Tensors.toFloats(Bilinear.resizeLike(row, Tensors.zeros(1, 1, 1, 4), false)))
                .containsExactly(0, 1, 3, 4);
    }
}
