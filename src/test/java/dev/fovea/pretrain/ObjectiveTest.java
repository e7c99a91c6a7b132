package dev.fovea.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.VitSpec;
import dev.fovea.nn.Draws;
import dev.fovea.pretrain.convmae.ConvMae;
import dev.fovea.pretrain.convmae.ConvMaeSpec;
import dev.fovea.pretrain.convmae.ConvMaeSpec.Masking;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
    private static final PixelDecoder.Spec DECODER = new PixelDecoder.Spec(16, 1, 2, 2);
    private static final MaeSpec MAE = new MaeSpec(0.75, DECODER, true, PixelLoss.MSE);

    private static ConvMaeSpec convMae(Masking masking, boolean fusion, boolean masked, boolean visibleOnly) {
        return new ConvMaeSpec(0.75, DECODER, true, PixelLoss.MSE, masking, fusion, masked, visibleOnly);
    }

    @Test
    void maeTrainsOnBothBackbones() {
        assertEveryTrainableParameterGetsAGradient(MAE.build(Tiny.vit()));
        assertEveryTrainableParameterGetsAGradient(MAE.build(Tiny.convVit()));
    }

    @Test
    void everyAblationOfConvMaeTrains() {
        assertEveryTrainableParameterGetsAGradient(
                convMae(Masking.BLOCKWISE, true, true, true).build(Tiny.convVit()));
        assertEveryTrainableParameterGetsAGradient(
                convMae(Masking.RANDOM, true, true, true).build(Tiny.convVit()));
        assertEveryTrainableParameterGetsAGradient(
                convMae(Masking.BLOCKWISE, false, true, true).build(Tiny.convVit()));
        assertEveryTrainableParameterGetsAGradient(
                convMae(Masking.BLOCKWISE, true, false, true).build(Tiny.convVit()));
    }

    @Test
    void convMaeOnAPlainVitSaysWhyNot() {
        assertThatThrownBy(() -> convMae(Masking.BLOCKWISE, true, true, true).build(Tiny.vit()))
                .hasMessage("convmae needs a backbone with masked convolution stages of three strides (convvit);"
                        + " VitSpec has none: use the objective mae");
    }

    @Test
    void aHiddenPixelLeaksOnlyWithoutMaskedConvolution() {
        assertThat(changeOfPredictionByAHiddenPixel(true)).isZero();
        assertThat(changeOfPredictionByAHiddenPixel(false)).isPositive();
    }

    /** A constant added to whole hidden patches leaves their normalised targets as they were, so only a leak shows. */
    private static double changeOfPredictionByAHiddenPixel(boolean maskedConvolution) {
        Draws.seed(3, 0);
        ConvMae model =
                convMae(Masking.BLOCKWISE, true, maskedConvolution, true).build(Tiny.convVit());
        TokenMask mask = model.drawMask(1);
        Tensor hidden =
                mask.hidden().reshape(1, 1, 4, 1, 4, 1).expand(1, 1, 4, 8, 4, 8).reshape(1, 1, 32, 32);
        Tensor images = torch.randn(1, 3, 32, 32);
        try (NoGrad off = new NoGrad()) {
            Tensor disturbed = images.add(hidden);
            double change = Tensors.item(model.losses(images, mask).total())
                    - Tensors.item(model.losses(disturbed, mask).total());
            return Math.abs(change) < 1e-5 ? 0 : Math.abs(change);
        }
    }

    @Test
    void reconstructionsAreImagesAndKeepTheMask() {
        Reconstructs model = MAE.build(Tiny.vit());
        TokenMask mask = model.drawMask(2);

        Reconstructs.Reconstruction seen = model.reconstruct(torch.randn(2, 3, 32, 32), mask);

        assertThat(Shapes.of(seen.predicted())).containsExactly(2, 3, 32, 32);
        assertThat(Tensors.item(seen.hidden().mean())).isCloseTo(0.75, within(1e-6));
    }

    @Test
    void publishedSizesHaveThePublishedParameterCounts() {
        VitSpec base = new VitSpec(Size.square(224), 16, 768, 12, 12, 4, 0, true, PosEmbed.SINCOS, List.of());
        PixelDecoder.Spec decoder = new PixelDecoder.Spec(512, 8, 16, 4);

        assertThat(new MaeSpec(0.75, decoder, true, PixelLoss.MSE).build(base).parameterCount())
                .isEqualTo(111_907_840);
    }

    private static void assertEveryTrainableParameterGetsAGradient(PretrainModel model) {
        model.losses(torch.randn(2, 3, 32, 32)).total().backward();
        model.parametersByName().forEach((name, parameter) -> {
            if (parameter.requires_grad()) {
                assertThat(parameter.grad().defined()).as(name).isTrue();
            }
        });
    }
}
