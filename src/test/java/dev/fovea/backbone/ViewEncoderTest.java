package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.ViewEncoder.Patches;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ViewEncoderTest {
    private static final List<BackboneSpec> SPECS =
            List.of(Tiny.vit(), Tiny.convVit(), Tiny.hiVit(), Tiny.beit(BeitSpec.RelativeBias.BOTH, true), Tiny.beit());

    /** A backbone whose tables are not zero, as they start. */
    private static Backbone built(BackboneSpec spec) {
        Draws.seed(6, 0);
        Backbone backbone = spec.build(Use.PRETRAIN);
        try (NoGrad off = new NoGrad()) {
            backbone.parametersByName().forEach((name, x) -> {
                if (name.contains("relative_position") || name.equals("pos_embed")) {
                    x.normal_(0, 0.5, null);
                }
            });
        }
        backbone.eval();
        return backbone;
    }

    private static float[] view(Backbone backbone, Tensor images, Patches patches) {
        return Tensors.toFloats(((ViewEncoder) backbone).encodeView(images, patches));
    }

    @Test
    void aViewOfTheOwnSizeHasTheTokensOfTheImage() {
        for (BackboneSpec spec : SPECS) {
            Backbone backbone = built(spec);
            try (NoGrad off = new NoGrad()) {
                Tensor images = torch.randn(2, 3, 32, 32);
                Tensor tokens = backbone.tokens(images).narrow(1, backbone.prefixTokens(), 16);
                assertThat(view(backbone, images, Patches.all()))
                        .as(spec.toString())
                        .containsExactly(Tensors.toFloats(tokens), within(1e-5f));
            }
        }
    }

    @Test
    void chosenPatchesGiveTheTokensOfTheVisibleUnitsWhereNothingElseIsSeen() {
        for (BackboneSpec spec : List.of(Tiny.vit(), Tiny.hiVit(), Tiny.beit())) {
            Backbone backbone = built(spec);
            try (NoGrad off = new NoGrad()) {
                Tensor images = torch.randn(1, 3, 32, 32);
                TokenMask mask = TokenMask.random(1, 16, 0.5);
                Tensor visible = ((MaskedEncoder) backbone).encodeVisible(images, mask);
                Tensor patches = visible.narrow(1, backbone.prefixTokens(), 8);
                assertThat(view(backbone, images, new Patches(mask.kept().reshape(-1), true)))
                        .as(spec.toString())
                        .containsExactly(Tensors.toFloats(patches), within(1e-5f));
            }
        }
    }

    @Test
    void smallViewsHaveFewerTokensAndUnplacedPatchesForgetTheirOrder() {
        for (BackboneSpec spec : SPECS) {
            Backbone backbone = built(spec);
            try (NoGrad off = new NoGrad()) {
                Tensor images = torch.randn(2, 3, 16, 24);
                Tensor tokens = ((ViewEncoder) backbone).encodeView(images, Patches.all());
                assertThat(Shapes.of(tokens)).containsExactly(2, 6, backbone.dim());
                Tensor turned = Tensors.range(0, 6).mul(new Scalar(-1)).add(new Scalar(5));
                Tensor ordered = ((ViewEncoder) backbone).encodeView(images, new Patches(null, false));
                Tensor backwards = ((ViewEncoder) backbone).encodeView(images, new Patches(turned, false));
                assertThat(Tensors.toFloats(backwards.index_select(1, turned)))
                        .as(spec.toString())
                        .containsExactly(Tensors.toFloats(ordered), within(1e-5f));
                assertThat(view(backbone, images, Patches.all())).isNotEqualTo(Tensors.toFloats(ordered));
            }
        }
    }

    @Test
    void aViewBeyondTheRelativePositionsIsRefused() {
        Backbone backbone = built(Tiny.beit());
        assertThatThrownBy(() -> view(backbone, torch.randn(1, 3, 32, 40), Patches.all()))
                .hasMessage("a view of 4x5 patches is larger than the 4x4 that relative positions were made for");
    }
}
