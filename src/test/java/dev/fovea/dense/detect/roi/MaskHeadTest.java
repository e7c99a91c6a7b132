package dev.fovea.dense.detect.roi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.dense.Norm;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskHeadTest {
    private static MaskHead head(boolean agnostic, boolean reads, MaskHeadSpec.Upsampling upsampling) {
        return new MaskHead(new MaskHeadSpec(6, 2, 6, 3, Norm.NONE, 3, agnostic, reads, upsampling, 1));
    }

    private static MaskHead usual(boolean agnostic, boolean reads) {
        return head(agnostic, reads, MaskHeadSpec.Upsampling.TRANSPOSED);
    }

    @ParameterizedTest
    @EnumSource
    void theResolutionIsDoubledUnlessItIsNot(MaskHeadSpec.Upsampling upsampling) {
        long side = upsampling == MaskHeadSpec.Upsampling.NONE ? 7 : 14;
        Tensor logits = head(false, false, upsampling).forward(torch.randn(5, 6, 7, 7));
        assertThat(Shapes.of(logits)).containsExactly(5, 3, side, side);
    }

    @Test
    void onlyTheMaskOfTheLabelIsTrained() {
        MaskHead head = usual(false, false);
        Tensor logits = torch.zeros(2, 3, 4, 4).set_requires_grad(true);
        Tensor loss = head.loss(logits, torch.ones(2, 4, 4), Tensors.of(new long[] {1, 2}, 2));
        loss.backward();
        assertThat(Tensors.item(loss)).isCloseTo(Math.log(2), within(1e-6));
        Tensor touched = logits.grad().abs().sum(2, 3).gt(new Scalar(0));
        assertThat(Tensors.toLongs(touched)).containsExactly(0, 1, 0, 0, 0, 1);
    }

    @Test
    void oneMaskMayServeAllClasses() {
        MaskHead head = usual(true, false);
        Tensor logits = head.forward(torch.randn(2, 6, 7, 7));
        assertThat(Shapes.of(logits)).containsExactly(2, 1, 14, 14);
        assertThat(Shapes.of(head.own(logits, Tensors.of(new long[] {0, 2}, 2))))
                .containsExactly(2, 14, 14);
    }

    @Test
    void whatAnEarlierHeadMadeChangesTheFeaturesWhereItIsRead() {
        MaskHead first = usual(false, false), second = usual(false, true);
        Tensor regions = torch.randn(3, 6, 7, 7);
        Tensor earlier = first.features(regions, null);
        Tensor alone = second.features(regions, null), both = second.features(regions, earlier);
        assertThat(Tensors.item(both.sub(alone).abs().max())).isPositive();
        assertThatThrownBy(() -> first.features(regions, earlier))
                .hasMessage("this head for masks does not read what an earlier one made");
    }

    @Test
    void withoutRegionsTheLossIsZeroAndHasAGradient() {
        MaskHead head = usual(false, false);
        Tensor loss = head.loss(head.forward(torch.zeros(0, 6, 7, 7)), torch.zeros(0, 14, 14), Tensors.range(0, 0));
        loss.backward();
        assertThat(Tensors.item(loss)).isZero();
        assertThat(head.parametersByName().get("conv_logits.weight").grad().defined())
                .isTrue();
    }
}
