package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Rng;
import dev.fovea.tensor.Tensors;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MixupTest {
    @Test
    void shareOneChangesNothing() {
        Tensor images = Tensors.of(new float[] {1, 2, 3, 4}, 2, 1, 1, 2);
        Tensor targets = Tensors.of(new float[] {1, 0, 0, 1}, 2, 2);
        for (boolean cutmix : new boolean[] {true, false}) {
            var mixed = Mixup.mix(images, targets, new Mixup.Draw(1, cutmix, 0, 0));
            assertThat(Tensors.toFloats(mixed.images())).containsExactly(1, 2, 3, 4);
            assertThat(Tensors.toFloats(mixed.targets())).containsExactly(1, 0, 0, 1);
        }
    }

    @Test
    void cutmixTargetsEqualTheShareOfPixelsThatStay() {
        for (int i = 0; i < 200; i++) {
            var draw = new Mixup(0, 1).draw(12, 16, Rng.of(4, 0, i));
            Tensor images = Tensors.cat(0, Tensors.zeros(1, 1, 12, 16), Tensors.ones(1, 1, 12, 16));
            Tensor targets = Tensors.of(new float[] {1, 0, 0, 1}, 2, 2);
            var mixed = Mixup.mix(images, targets, draw);
            assertThat(draw.cutmix()).isTrue();
            assertThat(Tensors.item(mixed.images().select(0, 0).mean()))
                    .isCloseTo(Tensors.item(mixed.targets().select(0, 0).select(0, 1)), Offset.offset(1e-6));
            assertThat(Tensors.item(images.mean())).as("the input stays").isEqualTo(0.5);
        }
    }

    @Test
    void bothKindsAreDrawnHalfOfTheTimeAndBetaHasItsMean() {
        Mixup mixup = new Mixup(0.8, 1);
        int cut = 0;
        double sum = 0, squares = 0;
        int mixed = 0;
        for (int i = 0; i < 4000; i++) {
            var draw = mixup.draw(10, 10, Rng.of(4, 0, i));
            if (draw.cutmix()) {
                cut++;
            } else {
                mixed++;
                sum += draw.lam();
                squares += draw.lam() * draw.lam();
            }
        }
        assertThat(cut).isBetween(1880, 2120);
        double mean = sum / mixed;
        assertThat(mean).isBetween(0.47, 0.53);
        assertThat(squares / mixed - mean * mean)
                .as("variance of Beta(0.8, 0.8)")
                .isBetween(0.089, 0.103); // 0.0962
    }

    @Test
    void probabilityZeroMixesNothingAndBothAlphasZeroAreRefused() {
        assertThat(new Mixup(1, 1, 0, 0.5).draw(9, 9, Rng.of(1, 0, 0)).lam()).isEqualTo(1);
        assertThatThrownBy(() -> new Mixup(0, 0))
                .hasMessage("mixup alpha 0.0 and cutmix alpha 0.0: at least 0, and not both 0");
    }
}
