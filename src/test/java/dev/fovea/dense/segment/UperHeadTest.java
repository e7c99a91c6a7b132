package dev.fovea.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.dense.Norm;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class UperHeadTest {
    private final UperHead head = new UperHead(UperHead.Spec.of(List.of(4, 6, 8, 10), 12, 5));
    private final List<Tensor> maps = List.of(
            torch.randn(2, 4, 16, 24), torch.randn(2, 6, 8, 12), torch.randn(2, 8, 4, 6), torch.randn(2, 10, 2, 3));

    @Test
    void scoresHaveTheResolutionOfTheFinestMap() {
        assertThat(Shapes.of(head.logits(maps))).containsExactly(2, 5, 16, 24);
    }

    @Test
    void aGradientReachesEveryParameter() {
        head.logits(maps).square().sum().backward();

        head.parametersByName().forEach((name, parameter) -> assertThat(
                        Tensors.item(parameter.grad().abs().sum()))
                .as(name)
                .isPositive());
    }

    @Test
    void theParameterCountIsThatOfUperNetOnViTBase() {
        UperHead base = new UperHead(UperHead.Spec.of(List.of(768, 768, 768, 768), 512, 150));

        long pooling = 4 * conv(768, 512, 1), bottleneck = conv(768 + 4 * 512, 512, 3);
        long pyramid = 3 * conv(768, 512, 1) + 3 * conv(512, 512, 3) + conv(4 * 512, 512, 3);
        assertThat(base.parameterCount()).isEqualTo(pooling + bottleneck + pyramid + 512 * 150 + 150);
    }

    @Test
    void evaluationDropsNothing() {
        head.train(false);

        assertThat(Tensors.toFloats(head.logits(maps))).isEqualTo(Tensors.toFloats(head.logits(maps)));
    }

    @Test
    void trainingDropsWholeChannelsWithTheGivenDraws() {
        FcnHead fcn = new FcnHead(FcnHead.Spec.auxiliary(8, 4, 3));
        Tensor dropsAll = Tensors.zeros(2, 4);

        Tensor logits;
        try (Draws.Replay replay = Draws.replay(List.of(dropsAll))) {
            logits = fcn.logits(maps);
            assertThat(replay.unused()).isZero();
        }
        assertThat(Tensors.item(logits.abs().max())).isCloseTo(0, within(0.0)); // only the bias, which starts at 0
    }

    @Test
    void aPyramidOfAnotherHeightIsRefused() {
        assertThatThrownBy(() -> head.logits(maps.subList(0, 3))).hasMessage("UPerNet was built for 4 maps, not for 3");
        assertThatThrownBy(() -> new FcnHead(FcnHead.Spec.auxiliary(8, 4, 3)).logits(maps.subList(0, 2)))
                .hasMessage("FCN head reads map 2, but there are 2");
    }

    @Test
    void settingsWithoutSenseAreRefused() {
        assertThatThrownBy(() -> UperHead.Spec.of(List.of(4), 12, 5))
                .hasMessage("UPerNet joins at least 2 maps, not widths [4]");
        assertThatThrownBy(() -> new FcnHead(FcnHead.Spec.auxiliary(8, 4, 1)))
                .hasMessage("segmentation needs at least 2 classes, not 1");
        assertThatThrownBy(() -> new UperHead(new UperHead.Spec(List.of(4, 4), 12, List.of(1), 5, 1.0)))
                .hasMessage("dropout 1.0 is not in [0, 1)");
        assertThatThrownBy(() -> new FcnHead.Spec(4, 0, 4, 1, 2, 0, false, Norm.BATCH, 2, 1, false))
                .hasMessage("the kernel 2 of an FCN head is not odd");
        assertThatThrownBy(() -> new FcnHead.Spec(4, 0, 4, 1, 2, 0, false, Norm.BATCH, 3, 0, false))
                .hasMessage("the dilation 0 of an FCN head is below 1");
    }

    @Test
    void everyConvolutionHasTheGivenNorm() {
        UperHead grouped = new UperHead(new UperHead.Spec(List.of(4, 6), 12, List.of(1), 5, 0, Norm.group(4), false));
        assertThat(grouped.parametersByName())
                .containsKeys("psp_modules.0.1.gn.weight", "bottleneck.gn.weight", "lateral_convs.0.gn.weight")
                .containsKeys("fpn_convs.0.gn.weight", "fpn_bottleneck.gn.weight");
        assertThat(grouped.buffersByName()).isEmpty();
        UperHead bare = new UperHead(new UperHead.Spec(List.of(4, 6), 12, List.of(1), 5, 0, Norm.NONE, false));
        assertThat(bare.parametersByName()).containsKey("fpn_bottleneck.conv.bias");
        FcnHead fcn = new FcnHead(new FcnHead.Spec(8, 2, 4, 1, 3, 0, true, Norm.group(2)));
        assertThat(fcn.parametersByName()).containsKeys("convs.0.gn.weight", "conv_cat.gn.weight");
    }

    /** A lone bright pixel of a kernel of 3 shows three pixels apart; the last convolution stays dense. */
    @Test
    void convolutionsOfAnFcnHeadCanBeDilated() {
        FcnHead fcn = new FcnHead(new FcnHead.Spec(1, 0, 1, 1, 2, 0, false, Norm.NONE, 3, 3, false));
        fcn.parametersByName().get("convs.0.conv.weight").set_data(Tensors.ones(1, 1, 3, 3));
        Tensor pixel = Tensors.zeros(1, 1, 9, 9);
        pixel.select(2, 4).select(2, 4).fill_(new Scalar(1));
        Tensor seen = fcn.fuse(List.of(pixel)).select(1, 0).select(0, 0);
        assertThat(Tensors.toLongs(seen.select(0, 1))).containsExactly(0, 1, 0, 0, 1, 0, 0, 1, 0);
        assertThat(Tensors.toLongs(seen.select(0, 2))).containsOnly(0);
    }

    private static long conv(long in, long out, long kernel) {
        return in * out * kernel * kernel + 2 * out;
    }
}
