package dev.fovea.pretrain.itpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.teacher.TinyTeacher;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ItpnClipTest {
    @BeforeEach
    void alwaysTheSameDraws() {
        Draws.seed(7, 0);
    }

    @Test
    void theReleasedClipFormLetsHiddenPixelsReachTheNeck() {
        ItpnClip model = new ItpnClipSpec(new BlockMask(8, 2, 0, 0.3), TinyTeacher.ofTinyImages()).build(Tiny.hiVit());
        Tensor hidden = new BlockMask(8, 2, 0, 0.3).draw(2, new Size(4, 4));
        Tensor pixels =
                hidden.reshape(2, 1, 4, 1, 4, 1).expand(2, 1, 4, 8, 4, 8).reshape(2, 1, 32, 32);
        Tensor images = torch.randn(2, 3, 32, 32), targets = torch.randn(2, 16, 16);

        Losses before = model.losses(images, hidden, targets);
        Losses after = model.losses(images.add(pixels.mul(torch.randn(2, 3, 32, 32))), hidden, targets);

        assertThat(Tensors.item(after.parts().get("early")))
                .isEqualTo(Tensors.item(before.parts().get("early")));
        assertThat(Tensors.item(after.parts().get("main")))
                .isNotEqualTo(Tensors.item(before.parts().get("main")));
    }

    @Test
    void distancesAreZeroAtTheTargetAndGrowFromIt() {
        Tensor target = torch.randn(2, 3, 5);
        for (FeatureDistance distance : FeatureDistance.values()) {
            assertThat(Tensors.item(distance.of(target, target))).isCloseTo(0, within(1e-6));
            assertThat(Tensors.item(distance.of(target.neg(), target))).isGreaterThan(0.1);
        }
        assertThat(Tensors.item(FeatureDistance.COSINE.of(target.neg(), target)))
                .isCloseTo(2, within(1e-5));
    }

    @Test
    void blockMasksHideWhatTheySayAndRepeatWithTheSeed() {
        BlockMask blocks = new BlockMask(75, 16, 0, 0.3);
        Draws.seed(1, 4);
        Tensor first = blocks.draw(20, new Size(14, 14));
        Draws.seed(1, 4);
        Tensor again = blocks.draw(20, new Size(14, 14));

        assertThat(Tensors.toFloats(again)).containsExactly(Tensors.toFloats(first));
        for (double count : Tensors.toDoubles(first.sum(1))) {
            assertThat(count).isBetween(40.0, 75.0);
        }
        assertThat(Tensors.toFloats(first.select(0, 0))).isNotEqualTo(Tensors.toFloats(first.select(0, 1)));
    }

    @Test
    void aMaskThatHidesEverythingIsRefused() {
        ItpnClipSpec all = new ItpnClipSpec(new BlockMask(16, 2, 0, 0.3), TinyTeacher.ofTinyImages());
        assertThatThrownBy(() -> all.build(Tiny.hiVit()))
                .hasMessage("mask.hidden 16 leaves nothing of 16 patches visible");
    }
}
