package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackboneTest {
    static Stream<BackboneSpec> specs() {
        return Stream.of(Tiny.vit(), Tiny.convVit(), Tiny.hiVit(), Tiny.beit());
    }

    @ParameterizedTest
    @MethodSource("specs")
    void pyramidMapsHaveTheDeclaredWidthsAndStrides(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);

        Pyramid pyramid = backbone.pyramid(torch.randn(2, 3, 32, 32));

        assertThat(pyramid.strides()).isEqualTo(backbone.strides());
        for (int i = 0; i < 3; i++) {
            long side = 32 / pyramid.strides().get(i);
            assertThat(Shapes.of(pyramid.maps().get(i)))
                    .containsExactly(2, backbone.widths().get(i), side, side);
        }
    }

    @Test
    void withoutQkvBiasesItComputesAsWithZeroOnes() {
        Backbone with = Tiny.vit().build(Use.PROBE),
                without = Tiny.vit().withoutQkvBias().build(Use.PROBE);
        assertThat(without.parametersByName()).doesNotContainKey("blocks.0.attn.qkv.bias");
        try (NoGrad off = new NoGrad()) {
            with.parametersByName().forEach((name, parameter) -> {
                Tensor same = without.parametersByName().get(name);
                parameter.copy_(same == null ? torch.zeros_like(parameter) : same);
            });
            Tensor images = torch.randn(2, 3, 32, 32);
            assertThat(Tensors.toFloats(without.tokens(images))).containsExactly(Tensors.toFloats(with.tokens(images)));
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void aGradientReachesEveryTrainableParameter(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);

        Tensor loss = Tensors.zeros(1).sum();
        for (Tensor map : backbone.pyramid(torch.randn(2, 3, 32, 32)).maps()) {
            loss = loss.add(map.mul(torch.randn(Shapes.of(map))).sum());
        }
        loss.backward();

        assertThat(backbone.parametersByName())
                .allSatisfy((name, parameter) ->
                        assertThat(parameter.grad().defined()).as(name).isTrue());
    }

    @ParameterizedTest
    @MethodSource("specs")
    void hiddenPixelsReachNoVisibleToken(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.PRETRAIN);
        MaskedEncoder encoder = (MaskedEncoder) backbone;
        TokenMask mask = TokenMask.random(2, 16, 0.75);
        Tensor images = torch.randn(2, 3, 32, 32);
        Tensor hiddenPixels =
                mask.hidden().reshape(2, 1, 4, 1, 4, 1).expand(2, 1, 4, 8, 4, 8).reshape(2, 1, 32, 32);
        Tensor disturbed = images.add(hiddenPixels.mul(torch.randn(2, 3, 32, 32)));

        try (NoGrad off = new NoGrad()) {
            assertThat(Tensors.toFloats(encoder.encodeVisible(disturbed, mask)))
                    .containsExactly(Tensors.toFloats(encoder.encodeVisible(images, mask)));
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void imagesOfAnotherSizeAreRefused(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.PROBE);

        assertThatThrownBy(() -> backbone.tokens(torch.randn(1, 3, 40, 32)))
                .hasMessage(backbone.getClass().getSimpleName()
                        + " was built for images of 32x32, not for a batch of 1x3x40x32");
    }

    @Test
    void layersOfAPlainVitFollowMae() {
        Backbone vit = Tiny.vit().build(Use.CLASSIFY_MEAN);

        assertThat(List.of(
                        vit.layerOf("cls_token"),
                        vit.layerOf("patch_embed.proj.weight"),
                        vit.layerOf("blocks.1.attn.qkv.weight"),
                        vit.layerOf("norm.weight")))
                .containsExactly(0, 0, 2, 3);
    }

    @Test
    void aWidthThatHeadsDoNotDivideIsRefusedBeforeAnythingIsBuilt() {
        assertThatThrownBy(() -> new VitSpec(Size.square(32), 8, 770, 2, 12, 4, 0, true, PosEmbed.SINCOS, List.of()))
                .hasMessage("dim 770 is not divisible by heads 12");
    }

    @Test
    void positionsThatAreTrainedMayHaveAnyWidth() {
        VitSpec vit = new VitSpec(Size.square(32), 8, 6, 2, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
        ConvVitSpec convVit = new ConvVitSpec(
                Size.square(32),
                List.of(2, 2, 2),
                List.of(4, 4, 6),
                List.of(1, 1, 1),
                2,
                List.of(2.0, 2.0, 2.0),
                5,
                0,
                0,
                false);
        for (BackboneSpec spec : List.of(vit, convVit)) {
            Backbone trained = spec.build(Use.CLASSIFY_MEAN);
            assertThat(Tensors.toFloats(trained.state().get("pos_embed"))).containsOnly(0f);
            assertThat(trained.parametersByName().get("pos_embed").requires_grad())
                    .isTrue();
            assertThat(Shapes.of(trained.tokens(torch.randn(1, 3, 32, 32)))).endsWith(6);
            assertThatThrownBy(() -> spec.build(Use.PRETRAIN))
                    .hasMessage("sin-cos positions need a width divisible by 4, not 6");
        }
        VitSpec learned = new VitSpec(Size.square(32), 8, 6, 2, 2, 2, 0, true, PosEmbed.LEARNED, List.of());
        assertThat(learned.build(Use.PRETRAIN)
                        .parametersByName()
                        .get("pos_embed")
                        .requires_grad())
                .isTrue();
    }
}
