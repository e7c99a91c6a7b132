package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class TokenMaskTest {
    @Test
    void everyUnitIsKeptXorHidden() {
        TokenMask mask = TokenMask.random(3, 20, 0.75);

        Tensor kept = Tensors.zeros(3, 20).scatter(1, mask.kept(), Tensors.ones(3, 5));
        assertThat(Tensors.toFloats(kept.add(mask.hidden()))).containsOnly(1);
        assertThat(mask.visible()).isEqualTo(5);
    }

    @Test
    void fillingPutsVisibleUnitsBackInTheirPlaces() {
        Tensor x = torch.randn(2, 12, 4);
        TokenMask mask = TokenMask.random(2, 12, 0.5);

        Tensor filled = mask.fill(mask.select(x), Tensors.zeros(1, 1, 4));

        Tensor visible = mask.hidden().neg().add(new Scalar(1)).unsqueeze(2);
        assertThat(Tensors.item(filled.sub(x.mul(visible)).abs().max())).isZero();
    }

    @Test
    void oneTableForAllImagesIsSelectedAsIfRepeated() {
        Tensor table = torch.randn(1, 12, 4);
        TokenMask mask = TokenMask.random(3, 12, 0.5);

        assertThat(Tensors.toFloats(mask.select(table)))
                .containsExactly(Tensors.toFloats(mask.select(table.expand(3, 12, 4))));
    }

    @Test
    void theSameSeedAndStepDrawTheSameMask() {
        Draws.seed(7, 42);
        float[] first = Tensors.toFloats(TokenMask.random(2, 16, 0.75).hidden());
        Draws.seed(7, 42);
        float[] again = Tensors.toFloats(TokenMask.random(2, 16, 0.75).hidden());
        Draws.seed(7, 43);
        float[] next = Tensors.toFloats(TokenMask.random(2, 16, 0.75).hidden());

        assertThat(again).containsExactly(first);
        assertThat(next).isNotEqualTo(first);
    }

    @Test
    void aRatioThatHidesEverythingIsRefused() {
        assertThatThrownBy(() -> TokenMask.random(1, 16, 0.99))
                .hasMessage("mask ratio 0.99 leaves 0 of 16 units visible; at least 1 must be");
    }
}
