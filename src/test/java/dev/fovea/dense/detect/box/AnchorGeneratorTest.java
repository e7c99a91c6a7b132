package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class AnchorGeneratorTest {
    private static final AnchorGenerator GENERATOR =
            AnchorGenerator.of(List.of(4, 8), List.of(0.5, 1.0, 2.0), List.of(8.0));

    @Test
    void shapesKeepTheirAreaAndHaveTheirRatio() {
        float[] sides = Tensors.toFloats(GENERATOR.base(1));
        double[] ratios = {0.5, 1, 2};
        for (int i = 0; i < 3; i++) {
            double w = sides[4 * i + 2] - sides[4 * i], h = sides[4 * i + 3] - sides[4 * i + 1];
            assertThat(w * h).isCloseTo(64 * 64, within(0.01));
            assertThat(h / w).isCloseTo(ratios[i], within(1e-5));
            assertThat(sides[4 * i] + sides[4 * i + 2]).isCloseTo(0, within(1e-5f)); // around the corner of the cell
        }
    }

    @Test
    void theNextCellsAnchorsAreAStrideFurther() {
        Tensor level = GENERATOR
                .anchors(List.of(new Size(2, 3), new Size(1, 2)), Tensors.zeros(1))
                .get(0);
        assertThat(level.size(0)).isEqualTo(2 * 3 * 3);
        float[] all = Tensors.toFloats(level);
        assertThat(all[4 * 3] - all[0]).isEqualTo(4); // x of the second cell
        assertThat(all[4 * 9 + 1] - all[1]).isEqualTo(4); // y of the second row
    }

    @Test
    void cellsThatBeginInThePaddingAreNotOnTheImage() {
        List<Tensor> on = GENERATOR.onImage(List.of(new Size(3, 3), new Size(2, 2)), new Size(8, 5), Tensors.zeros(1));
        assertThat(Tensors.toLongs(on.get(0).reshape(3, 3, 3).select(2, 0))).containsExactly(1, 1, 0, 1, 1, 0, 0, 0, 0);
        assertThat(Tensors.toLongs(on.get(1).reshape(2, 2, 3).select(2, 1))).containsExactly(1, 0, 0, 0);
    }

    @Test
    void anOctaveIsDividedEvenly() {
        assertThat(AnchorGenerator.octave(4, 3))
                .containsExactly(4.0, 4 * Math.pow(2, 1.0 / 3), 4 * Math.pow(2, 2.0 / 3));
    }

    @Test
    void levelsMustFitTheStrides() {
        assertThatThrownBy(() -> GENERATOR.anchors(List.of(new Size(2, 2)), Tensors.zeros(1)))
                .hasMessage("1 maps do not fit the anchors' strides [4, 8]");
    }
}
