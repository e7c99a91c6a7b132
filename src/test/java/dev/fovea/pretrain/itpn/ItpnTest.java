package dev.fovea.pretrain.itpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.HiVit;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.NeckSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.backbone.TokenMask;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.TargetSource;
import dev.fovea.teacher.TeacherSpec;
import dev.fovea.teacher.TinyTeacher;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ItpnTest {
    private static final PixelDecoder.Spec DECODER = new PixelDecoder.Spec(16, 1, 2, 2);
    private static final EmaSpec EMA = new EmaSpec(0.75);
    private static final TeacherSpec FROZEN = TinyTeacher.ofTinyImages();

    private Tensor images;

    @BeforeEach
    void alwaysTheSameDraws() {
        Draws.seed(7, 0);
        images = torch.randn(2, 3, 32, 32);
    }

    private static ItpnSpec spec(Decodes decodes, double lambda, TargetSource teacher, FeatureSpec.Input input) {
        FeatureSpec features = new FeatureSpec(lambda, FeatureDistance.MSE, teacher, input);
        return new ItpnSpec(0.75, decodes, DECODER, true, PixelLoss.MSE, features);
    }

    private static Itpn full(FeatureSpec.Input input) {
        return spec(Decodes.PYRAMID, 0.3, EMA, input).build(Tiny.hiVit());
    }

    static Stream<PretrainModel> forms() {
        FeatureSpec.Input hidden = FeatureSpec.Input.HIDDEN, full = FeatureSpec.Input.FULL;
        HiVitSpec convolving = Tiny.hiVit(NeckSpec.Kind.CONVOLUTION);
        return Stream.of(
                spec(Decodes.TOP, 0, EMA, hidden).build(Tiny.hiVit()),
                spec(Decodes.STAGES, 0, EMA, hidden).build(Tiny.hiVit()),
                spec(Decodes.PYRAMID, 0, EMA, hidden).build(Tiny.hiVit()),
                spec(Decodes.PYRAMID, 0.3, EMA, hidden).build(Tiny.hiVit()),
                spec(Decodes.PYRAMID, 0.3, EMA, full).build(convolving),
                spec(Decodes.TOP, 0.3, EMA, hidden).build(Tiny.hiVit()),
                spec(Decodes.PYRAMID, 0.3, FROZEN, full).build(Tiny.hiVit()),
                new ItpnClipSpec(new BlockMask(8, 2, 0, 0.3), FROZEN).build(Tiny.hiVit()));
    }

    /** Both references hand the encoder's setting on. */
    @Test
    void aHiVitWithoutBiasesOfQueriesHasADecoderWithoutThem() {
        for (boolean bias : new boolean[] {true, false}) {
            HiVitSpec hiVit = hiVit(true, Tiny.hiVit().neck(), bias);
            List<PretrainModel> models = List.of(
                    spec(Decodes.PYRAMID, 0, EMA, FeatureSpec.Input.HIDDEN).build(hiVit),
                    new MaeSpec(0.75, DECODER, true, PixelLoss.MSE).build(hiVit));
            for (PretrainModel model : models) {
                assertThat(model.parametersByName().containsKey("decoder.blocks.0.attn.qkv.bias"))
                        .isEqualTo(bias);
                assertThat(model.parametersByName()).containsKey("decoder.blocks.0.attn.proj.bias");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aGradientReachesEveryTrainableParameterAndNoTeacher(PretrainModel model) {
        model.losses(images).total().backward();

        model.parametersByName().forEach((name, parameter) -> {
            assertThat(parameter.requires_grad())
                    .as(name)
                    .isEqualTo(!name.startsWith("features.teacher.") && !name.equals("decoder.pos_embed"));
            assertThat(parameter.grad().defined()).as(name).isEqualTo(parameter.requires_grad());
        });
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormLearns(PretrainModel model) {
        AdamW optimizer = new AdamW(
                ParamGroups.uniform(model.parametersByName(), WeightDecay.pretrain(0.05)), AdamW.Options.PRETRAIN);
        double before = drawnAlike(model);
        for (int i = 0; i < 10; i++) {
            Draws.seed(2, 0);
            model.losses(images).total().backward();
            optimizer.step(3e-3);
            optimizer.zeroGrad();
        }
        assertThat(drawnAlike(model)).isLessThan(before);
    }

    private double drawnAlike(PretrainModel model) {
        Draws.seed(2, 0);
        return Tensors.item(model.losses(images).total());
    }

    /** Three steps of made-up weights against the sum written out. */
    @Test
    void theTeacherEqualsAnAverageComputedByHand() {
        Itpn model = full(FeatureSpec.Input.HIDDEN);
        String name = "blocks.4.attn.qkv.weight";
        Tensor online = model.state().get("backbone." + name),
                teacher = model.state().get("features.teacher." + name);
        try (NoGrad off = new NoGrad()) {
            online.normal_();
        }
        model.afterInitialWeights();
        assertThat(Tensors.toFloats(teacher)).containsExactly(Tensors.toFloats(online));

        Tensor byHand = online.detach().clone();
        for (int step = 0; step < 3; step++) {
            try (NoGrad off = new NoGrad()) {
                online.add_(torch.randn_like(online));
                byHand = byHand.mul(new Scalar(0.75)).add(online.mul(new Scalar(0.25)));
            }
            model.afterStep(step, 3);
        }

        assertThat(Tensors.item(teacher.sub(byHand).abs().max())).isLessThan(1e-6);
    }

    @Test
    void theGradientOfTheTotalIsTheSumOfTheParts() {
        Itpn model = full(FeatureSpec.Input.HIDDEN);
        TokenMask mask = model.drawMask(2);
        Map<String, Tensor> total = gradients(model, model.losses(images, mask).total());
        Map<String, Tensor> sum = new LinkedHashMap<>();
        for (String part : List.of("pixels", "features1", "features2", "features3")) {
            Scalar weight = new Scalar(part.equals("pixels") ? 1 : 0.3);
            gradients(model, model.losses(images, mask).parts().get(part))
                    .forEach((name, gradient) -> sum.merge(name, gradient.mul(weight), Tensor::add));
        }

        assertThat(sum.keySet()).isEqualTo(total.keySet()).contains("backbone.neck.levels.2.out.mlp.fc1.weight");
        sum.forEach((name, gradient) -> assertThat(
                        Tensors.item(gradient.sub(total.get(name)).abs().max()))
                .as(name)
                .isLessThan(1e-5));
    }

    private static Map<String, Tensor> gradients(Itpn model, Tensor loss) {
        model.zero_grad(true);
        loss.backward();
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        model.parametersByName().forEach((name, parameter) -> {
            if (parameter.grad().defined()) {
                gradients.put(name, parameter.grad().clone());
            }
        });
        return gradients;
    }

    @Test
    void lambdaZeroIsPlainMaskedImageModelling() {
        Draws.seed(3, 0);
        Itpn plain = spec(Decodes.PYRAMID, 0, EMA, FeatureSpec.Input.HIDDEN).build(Tiny.hiVit());
        Draws.seed(3, 0);
        Itpn full = full(FeatureSpec.Input.HIDDEN);
        assertThat(plain.state().keySet()).noneMatch(name -> name.startsWith("features."));
        TokenMask mask = plain.drawMask(2);

        Losses alone = plain.losses(images, mask), both = full.losses(images, mask);

        assertThat(alone.parts()).isEmpty();
        double pixels = Tensors.item(both.parts().get("pixels"));
        assertThat(Tensors.item(alone.total())).isEqualTo(pixels);
        Map<String, Tensor> ofPixels = gradients(full, both.parts().get("pixels"));
        gradients(plain, alone.total()).forEach((name, gradient) -> assertThat(Tensors.toFloats(gradient))
                .as(name)
                .containsExactly(Tensors.toFloats(ofPixels.get(name))));
        double sum = both.parts().values().stream().mapToDouble(Tensors::item).sum() - pixels;
        assertThat(Tensors.item(both.total())).isCloseTo(pixels + 0.3 * sum, within(1e-5));
    }

    /** A constant added to whole hidden patches leaves their normalised pixels as they were, so only the teacher sees it. */
    @ParameterizedTest
    @EnumSource(FeatureSpec.Input.class)
    void aHiddenPixelChangesTheTargetAndNothingTheStudentSees(FeatureSpec.Input input) {
        Itpn model = full(input);
        TokenMask mask = model.drawMask(2);
        Tensor disturbed = images.add(pixels(mask.hidden()));

        try (NoGrad off = new NoGrad()) {
            Losses before = model.losses(images, mask), after = model.losses(disturbed, mask);
            assertThat(Tensors.item(after.parts().get("pixels")))
                    .isCloseTo(Tensors.item(before.parts().get("pixels")), within(1e-5));
            for (String part : List.of("features1", "features2", "features3")) {
                double change = Tensors.item(
                        after.parts().get(part).sub(before.parts().get(part)).abs());
                assertThat(change).as(part).isGreaterThan(1e-4);
            }
            HiVit student = (HiVit) model.backbone();
            assertThat(visibleLevels(student, disturbed, mask)).isEqualTo(visibleLevels(student, images, mask));
        }
    }

    @Test
    void aTeacherOfHiddenUnitsSeesNoVisiblePixel() {
        Itpn model = full(FeatureSpec.Input.HIDDEN);
        TokenMask mask = model.drawMask(2), shown = mask.inverted();
        Tensor disturbed = images.add(pixels(shown.hidden()));

        assertThat(targets(model, disturbed, shown)).isEqualTo(targets(model, images, shown));
        Itpn seesAll = full(FeatureSpec.Input.FULL);
        assertThat(targets(seesAll, disturbed, shown)).isNotEqualTo(targets(seesAll, images, shown));
    }

    private static List<List<Float>> targets(Itpn model, Tensor images, TokenMask shown) {
        return model.featureTargets(images, shown).stream()
                .map(ItpnTest::values)
                .toList();
    }

    private static List<List<Float>> visibleLevels(HiVit student, Tensor images, TokenMask mask) {
        return student.pyramid(student.levels(images, mask), mask).levels().stream()
                .map(ItpnTest::values)
                .toList();
    }

    private static List<Float> values(Tensor x) {
        float[] floats = Tensors.toFloats(x);
        return IntStream.range(0, floats.length).mapToObj(i -> floats[i]).toList();
    }

    /** {@code [2, 16]} per unit to {@code [2, 1, 32, 32]} per pixel. */
    private static Tensor pixels(Tensor perUnit) {
        return perUnit.reshape(2, 1, 4, 1, 4, 1).expand(2, 1, 4, 8, 4, 8).reshape(2, 1, 32, 32);
    }

    @Test
    void aBackboneThatDoesNotFitSaysWhy() {
        ItpnSpec pyramid = spec(Decodes.PYRAMID, 0, EMA, FeatureSpec.Input.HIDDEN);
        assertThatThrownBy(() -> pyramid.build(Tiny.vit()))
                .hasMessage(
                        "itpn needs a backbone with levels of several strides for visible units alone (hivit, convvit);"
                                + " VisionTransformer has one stride: use the objective mae");
        ItpnClipSpec clip = new ItpnClipSpec(new BlockMask(8, 2, 0, 0.3), FROZEN);
        assertThatThrownBy(() -> clip.build(Tiny.vit()))
                .hasMessage("itpn-clip puts mask tokens between the stages of a hivit with a neck; VitSpec is none");
        TinyTeacher other = new TinyTeacher(Size.square(40), 8);
        assertThatThrownBy(() ->
                        spec(Decodes.TOP, 1, other, FeatureSpec.Input.FULL).build(Tiny.hiVit()))
                .hasMessageContaining("is a grid of 5x5, the student's grid is 4x4");
    }

    @Test
    void integralPreTrainingNeedsANeck() {
        HiVitSpec bare = hiVit(false, Optional.empty(), true);
        assertThatThrownBy(() ->
                        spec(Decodes.PYRAMID, 0, EMA, FeatureSpec.Input.HIDDEN).build(bare))
                .hasMessage(
                        "decodes pyramid pre-trains a neck, and this HiVit has none: give backbone.neck (hivit has one"
                                + " to give), or decode stages or top");
    }

    private static HiVitSpec hiVit(boolean relativePosition, Optional<NeckSpec> neck, boolean qkvBias) {
        HiVitSpec own = Tiny.hiVit();
        return new HiVitSpec(
                own.imageSize(),
                own.patchSize(),
                own.dim(),
                own.depths(),
                own.heads(),
                own.stemMlpRatio(),
                own.mlpRatio(),
                0,
                0,
                own.posEmbed(),
                0,
                relativePosition,
                own.design(),
                neck,
                qkvBias,
                true,
                own.normEps(),
                own.dense());
    }
}
