package dev.fovea.pretrain.beit2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Draws;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.beit2.QuantizerSpec.Learning;
import dev.fovea.pretrain.beit2.QuantizerSpec.Start;
import dev.fovea.teacher.PixelSpec;
import dev.fovea.teacher.TinyTeacher;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class Beit2Test {
    private static final BlockMask MASK = new BlockMask(6, 2, 0, 0.3);
    private static final RandomProjectionSpec CODES = new RandomProjectionSpec(Size.square(32), 8, 12, 4, 0);

    private static VqkdSpec tokenizer(Learning learning) {
        QuantizerSpec quantizer = new QuantizerSpec(8, 4, 1, learning, 0.9, Start.KMEANS, 0);
        return new VqkdSpec(quantizer, new VqkdSpec.DecoderSpec(16, 1, 2, 2), TinyTeacher.ofTinyImages());
    }

    private static Beit2Spec beit2(boolean branch, boolean shared) {
        return new Beit2Spec(MASK, CODES, branch ? Optional.of(new ClassTokenSpec(1, 2, shared)) : Optional.empty());
    }

    @Test
    void everyParameterGetsAGradient() {
        for (Learning learning : Learning.values()) {
            assertEveryGradient(tokenizer(learning).build(Tiny.beit(RelativeBias.NONE, true)));
        }
        assertEveryGradient(beit2(false, true).build(Tiny.beit()));
        assertEveryGradient(beit2(true, true).build(Tiny.beit()));
        assertEveryGradient(beit2(true, false).build(Tiny.beit(RelativeBias.BLOCK, true)));
    }

    @Test
    void withTheBranchTheLossIsTheSumOfBoth() {
        Draws.seed(1, 0);
        var losses = beit2(true, true).build(Tiny.beit()).losses(torch.randn(2, 3, 32, 32));
        double parts = Tensors.item(losses.parts().get("patchLoss"))
                + Tensors.item(losses.parts().get("classTokenLoss"));
        assertThat(Tensors.item(losses.total())).isCloseTo(parts, within(1e-5));
        assertThat(losses.parts()).containsKeys("patchAccuracy", "classTokenAccuracy");
    }

    /** The released code makes the branch's blocks after it has drawn all weights. */
    @Test
    void theBranchKeepsPyTorchsStart() {
        Draws.seed(2, 0);
        Map<String, Tensor> model = beit2(true, true).build(Tiny.beit()).parametersByName();
        Map<String, Double> bounds = Map.of( // 1 / sqrt(fan-in), the ends of block 3 divided by sqrt(2 3)
                "attn.qkv.weight", 1 / 4.0,
                "attn.proj.bias", 1 / 4.0,
                "mlp.fc1.weight", 1 / 4.0,
                "mlp.fc2.bias", 1 / Math.sqrt(32),
                "attn.proj.weight", 1 / 4.0 / Math.sqrt(6),
                "mlp.fc2.weight", 1 / Math.sqrt(32) / Math.sqrt(6));
        bounds.forEach((name, bound) -> assertThat(
                        Tensors.item(model.get("cls_pt_layers.1." + name).abs().max()))
                .as(name)
                .isBetween(0.7 * bound, bound));
        assertThat(Tensors.item(
                        model.get("backbone.blocks.1.attn.qkv.weight").abs().max()))
                .isLessThanOrEqualTo(0.02);
    }

    /** Patch tokens behind the early block are of no use to the branch, its class token is. */
    @Test
    void theBranchSeesTheRestOfTheImageThroughTheClassTokenAlone() {
        MaskedCodes model = beit2(true, true).build(Tiny.beit());
        Tensor images = torch.randn(1, 3, 32, 32);
        Tensor hidden = Tensors.zeros(1, 16);
        hidden.narrow(1, 0, 4).fill_(new Scalar(1));
        Tensor labels = Tensors.zeros(4).to(torch.ScalarType.Long);
        model.losses(images, hidden, labels).parts().get("classTokenLoss").backward();
        Tensor last = model.parametersByName().get("backbone.blocks.1.mlp.fc2.weight");
        assertThat(Tensors.item(last.grad().abs().max())).isPositive();
    }

    @Test
    void hiddenPixelsReachNoPrediction() {
        MaskedCodes model = beit2(true, true).build(Tiny.beit());
        Tensor images = torch.randn(2, 3, 32, 32);
        Tensor hidden = Tensors.zeros(2, 16);
        hidden.narrow(1, 0, 4).fill_(new Scalar(1)); // the first row of patches
        Tensor labels = Tensors.zeros(8).to(torch.ScalarType.Long);
        Tensor disturbed = images.clone();
        disturbed.narrow(2, 0, 8).fill_(new Scalar(9));
        try (NoGrad off = new NoGrad()) {
            assertThat(Tensors.item(model.losses(disturbed, hidden, labels).total()))
                    .isEqualTo(Tensors.item(model.losses(images, hidden, labels).total()));
        }
    }

    @Test
    void aTokenizerKnowsItsCodesItsUsageAndItsLikeness() {
        Vqkd model = tokenizer(Learning.EMA).build(Tiny.vit());
        Tensor images = torch.randn(2, 3, 32, 32);
        model.losses(images);
        model.afterStep(0, 1);
        model.eval();
        try (NoGrad off = new NoGrad()) {
            assertThat(Shapes.of(model.codes(images))).containsExactly(2, 16);
            assertThat(Tensors.item(model.usage().sum())).isEqualTo(32);
            assertThat(Shapes.of(model.similarity(images))).containsExactly(2, 16);
            double loss = Tensors.item(model.losses(images).parts().get("featureLoss"));
            assertThat(1 - Tensors.item(model.similarity(images).mean())).isCloseTo(loss, within(1e-5));
        }
    }

    @Test
    void patchesOfOneColourHaveFiniteLossAndGradientsUnderATeacherOfPixels() {
        VqkdSpec pixels = new VqkdSpec(
                tokenizer(Learning.EMA).quantizer(),
                new VqkdSpec.DecoderSpec(16, 1, 2, 2),
                new PixelSpec(Size.square(32), 8));
        Vqkd model = pixels.build(Tiny.beit(RelativeBias.NONE, true));
        Tensor images = torch.randn(2, 3, 32, 32);
        images.narrow(2, 0, 16).fill_(new Scalar(0.5));
        Tensor loss = model.losses(images).total();
        loss.backward();
        assertThat(Tensors.item(loss)).isFinite();
        model.parametersByName()
                .forEach((name, x) ->
                        assertThat(Tensors.item(x.grad().abs().sum())).as(name).isFinite());
    }

    @Test
    void codesAreThoseOfTheFrozenTokenizerWithTheSameWeights() {
        Vqkd model = tokenizer(Learning.EMA).build(Tiny.beit(RelativeBias.NONE, true));
        Tensor pixels = torch.rand(2, 3, 32, 32);
        Tensor images = Normalize.IMAGENET.of(pixels);
        model.losses(images);
        model.eval();
        Tokenizer frozen = TrainedTokenizer.load(
                new TrainedTokenizer.Network(
                        Tiny.beit(RelativeBias.NONE, true),
                        tokenizer(Learning.EMA).quantizer(),
                        Normalize.IMAGENET),
                model.state(),
                name -> name,
                "test");
        assertThat(Tensors.toLongs(frozen.codes(pixels))).isEqualTo(Tensors.toLongs(model.codes(images)));
    }

    @Test
    void gridsThatDoNotFitAreRefusedBeforeAnyWeightsAreRead() {
        TokenizerSource finer = new RandomProjectionSpec(Size.square(32), 4, 12, 4, 0);
        assertThatThrownBy(() -> new Beit2Spec(MASK, finer, Optional.empty()).build(Tiny.beit()))
                .hasMessage("tokenizer imageSize 32x32 with patchSize 4 is a grid of 8x8 codes, the student's grid is"
                        + " 4x4: train a tokenizer on that grid");
        VqkdSpec coarse = new VqkdSpec(
                tokenizer(Learning.EMA).quantizer(),
                new VqkdSpec.DecoderSpec(16, 1, 2, 2),
                new PixelSpec(Size.square(32), 16));
        assertThatThrownBy(() -> coarse.build(Tiny.beit()))
                .hasMessageStartingWith(
                        "teacher imageSize 32x32 with patchSize 16 is a grid of 2x2, the student's grid is 4x4");
    }

    @Test
    void anotherBackboneAndABranchBeyondTheBlocksAreRefused() {
        assertThatThrownBy(() -> beit2(false, true).build(Tiny.vit()))
                .hasMessage(
                        "beit2 needs a backbone that takes mask tokens in place of patches (beit); VitSpec does not: a"
                                + " beit with relativePosition none, absolutePosition true and layerScale 0 is a plain vision"
                                + " transformer");
        Beit2Spec late = new Beit2Spec(MASK, CODES, Optional.of(new ClassTokenSpec(3, 2, true)));
        assertThatThrownBy(() -> late.build(Tiny.beit()))
                .hasMessage("classToken.earlyLayer 3 is beyond the 2 blocks of the backbone");
        Beit2Spec all = new Beit2Spec(new BlockMask(16, 2, 0, 0.3), CODES, Optional.empty());
        assertThatThrownBy(() -> all.build(Tiny.beit()))
                .hasMessage("mask.hidden 16 leaves nothing of 16 patches visible");
    }

    @Test
    void randomCodesDependOnThePixelsOfTheirPatchAlone() {
        Tokenizer tokenizer = CODES.build();
        Tensor pixels = torch.rand(1, 3, 32, 32);
        Tensor other = pixels.clone();
        other.narrow(2, 8, 24).fill_(new Scalar(0.5)); // all but the first row of patches
        long[] before = Tensors.toLongs(tokenizer.codes(pixels)), after = Tensors.toLongs(tokenizer.codes(other));
        assertThat(before).hasSize(16).isEqualTo(Tensors.toLongs(CODES.build().codes(pixels)));
        assertThat(after).startsWith(before[0], before[1], before[2], before[3]);
        assertThat(Arrays.stream(before)).allMatch(code -> code >= 0 && code < 12);
    }

    private static void assertEveryGradient(PretrainModel model) {
        Draws.seed(1, 0);
        model.losses(torch.randn(2, 3, 32, 32)).total().backward();
        model.parametersByName().forEach((name, x) -> {
            if (x.requires_grad()) {
                assertThat(x.grad().defined()).as(name).isTrue();
            }
        });
    }
}
