package dev.fovea.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
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
        assertThatThrownBy(() -> new FcnHead.Spec(4, 0, 4, 1, 2, 0, false, true, 2, false))
                .hasMessage("the kernel 2 of an FCN head is not odd");
    }

    private static long conv(long in, long out, long kernel) {
        return in * out * kernel * kernel + 2 * out;
    }
}
