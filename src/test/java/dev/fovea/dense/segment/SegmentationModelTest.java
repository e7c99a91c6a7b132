package dev.fovea.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.Norm;
import dev.fovea.dense.mask2former.Mask2Former;
import dev.fovea.dense.mask2former.Mask2FormerSpec;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.SinePositions;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SegmentationModelTest {
    private static final Size SIZE = Size.square(64);

    private final Tensor images = torch.randn(2, 3, 64, 64);
    private final Tensor labels = torch.randint(3, new long[] {2, 64, 64}, Tensors.options(torch.ScalarType.Long));
    private final SegmentationModel model = model();

    private static SegmentationModel model() {
        Backbone backbone = new VitSpec(SIZE, 16, 24, 4, 2, 2, 0, true, PosEmbed.SINCOS, List.of()).build(Use.DENSE);
        DecodeHead decode = new UperHead(UperHead.Spec.of(backbone.widths(), 16, 3));
        DecodeHead auxiliary =
                new FcnHead(FcnHead.Spec.auxiliary(backbone.widths().get(2), 8, 3));
        return new SegmentationModel(backbone, decode, auxiliary, SegmentationModel.AUXILIARY_WEIGHT);
    }

    @Test
    void scoresHaveTheResolutionOfTheImage() {
        assertThat(Shapes.of(model.forward(images))).containsExactly(2, 3, 64, 64);
    }

    @Test
    void theTotalIsTheSumOfTheLosses() {
        Losses losses = model.losses(images, labels);

        assertThat(losses.parts()).containsOnlyKeys("decode.loss_ce", "decode.acc_seg", "aux.loss_ce");
        double sum = Tensors.item(losses.parts().get("decode.loss_ce"))
                + Tensors.item(losses.parts().get("aux.loss_ce"));
        assertThat(Tensors.item(losses.total())).isCloseTo(sum, within(1e-6));
        assertThat(Tensors.item(losses.parts().get("aux.loss_ce"))).isCloseTo(0.4 * Math.log(3), within(0.05));
    }

    @Test
    void eachHeadCountsAsMuchAsItsWeightSays() {
        DecodeHead decode = new FcnHead(new FcnHead.Spec(24, 3, 8, 1, 3, 0, false, Norm.BATCH, 1, 1, true));
        DecodeHead auxiliary = new FcnHead(new FcnHead.Spec(24, 2, 8, 1, 3, 0, false, Norm.BATCH));
        var plain = new SegmentationModel(model.backbone(), decode, auxiliary, 1).losses(images, labels);
        var weights = new SegmentationModel.Weights(0.5, 3);
        var weighted = new SegmentationModel(model.backbone(), decode, auxiliary, weights).losses(images, labels);

        double main = Tensors.item(plain.parts().get("decode.loss_ce"));
        double besides = Tensors.item(plain.parts().get("aux.loss_ce"));
        assertThat(Tensors.item(weighted.total())).isCloseTo(0.5 * main + 3 * besides, within(1e-5));
    }

    @Test
    void aHeadThatAlignsCornersIsResizedSo() {
        DecodeHead aligning = new FcnHead(new FcnHead.Spec(24, 3, 8, 1, 3, 0, false, Norm.BATCH, 3, 1, true));
        aligning.train(false);
        SegmentationModel one = new SegmentationModel(model.backbone(), aligning);
        one.train(false);
        Tensor scores = aligning.logits(model.backbone().pyramid(images).maps());
        Tensor resized = one.forward(images);
        assertThat(Tensors.item(resized.select(3, 63)
                        .select(2, 63)
                        .sub(scores.select(3, 1).select(2, 1))
                        .abs()
                        .max()))
                .isCloseTo(0, within(1e-5));
    }

    @Test
    void aFewStepsLearnTheLabelsOfOneBatch() {
        Tensor learnable = Tensors.range(0, 64)
                .ge(new Scalar(32))
                .to(torch.ScalarType.Long)
                .expand(2, 64, 64);
        double before = Tensors.item(model.losses(images, learnable).total());
        for (int i = 0; i < 8; i++) {
            model.zero_grad(true);
            model.losses(images, learnable).total().backward();
            descend(0.1);
        }
        assertThat(Tensors.item(model.losses(images, learnable).total())).isLessThan(0.8 * before);
    }

    private void descend(double rate) {
        try (NoGrad off = new NoGrad()) {
            model.parametersByName().values().stream()
                    .filter(parameter -> parameter.grad().defined())
                    .forEach(parameter -> parameter.sub_(parameter.grad().mul(new Scalar(rate))));
        }
    }

    @Test
    void aLinearDecoderGivesEachPatchTheScoresOfItsOwnToken() {
        VitSpec vit = new VitSpec(SIZE, 16, 16, 2, 2, 2, 0, true, PosEmbed.LEARNED, List.of());
        Backbone backbone = vit.build(Use.CLASSIFY_TOKEN);
        LinearHead head = new LinearHead(16, 3, 0, false);
        SegmentationModel model = new SegmentationModel(backbone, head);
        model.eval();
        try (NoGrad off = new NoGrad()) {
            Tensor scores = model.forward(images); // [2, 3, 64, 64]
            Tensor weight = head.state().get("conv_seg.weight").flatten(1, -1);
            Tensor token = backbone.tokens(images).select(0, 1).select(0, 1 + 4 + 2); // row 1, column 2
            // the four middle pixels of a patch lie half a pixel from its centre: bilinear, not exactly its score
            float[] wanted = Tensors.toFloats(weight.matmul(token));
            Tensor middle =
                    scores.select(0, 1).narrow(1, 23, 2).narrow(2, 39, 2).mean(new long[] {1, 2});
            assertThat(Tensors.toFloats(middle)).hasSize(3).containsExactly(wanted, within(0.05f));
            assertThat(Shapes.of(scores)).containsExactly(2, 3, 64, 64);
        }
        Losses losses = model.losses(images, labels);
        losses.total().backward();
        assertThat(backbone.parametersByName().get("norm.weight").grad().defined())
                .isTrue();
    }

    @Test
    void mask2FormerTellsTheLossesOfItsLastLayerAndThoseBeforeTogether() {
        SegmentationModel masks = mask2former();

        Losses losses = masks.losses(images, labels);

        assertThat(losses.parts())
                .containsOnlyKeys("decode.loss_cls", "decode.loss_mask", "decode.loss_dice", "decode.loss_earlier");
        double sum = losses.parts().values().stream().mapToDouble(Tensors::item).sum();
        assertThat(Tensors.item(losses.total())).isCloseTo(sum, within(1e-4 * sum));
    }

    @Test
    void scoresOfMask2FormerAreSharesOfAtMostOnePerQuery() {
        SegmentationModel masks = mask2former();
        masks.eval();

        try (NoGrad off = new NoGrad()) {
            Tensor scores = masks.forward(images);
            assertThat(Shapes.of(scores)).containsExactly(2, 3, 64, 64);
            assertThat(Tensors.item(scores.min())).isNotNegative();
            assertThat(Tensors.item(scores.max())).isPositive();
            assertThat(Tensors.item(scores.sum(1).max())).isLessThan(6);
        }
    }

    private SegmentationModel mask2former() {
        SinePositions positions = SinePositions.ofWidth(16);
        Mask2FormerSpec spec = new Mask2FormerSpec(
                model.backbone().widths(),
                3,
                16,
                16,
                6,
                3,
                new Mask2FormerSpec.Encoder(1, 2, 2, 16, positions),
                new Mask2FormerSpec.Decoder(2, 2, 16, positions),
                Norm.group(4),
                false);
        MaskCriterion criterion = new MaskCriterion(MaskCriterion.Spec.of(3, 50, 0.1));
        return new SegmentationModel(model.backbone(), new Mask2FormerHead(new Mask2Former(spec), criterion));
    }
}
