package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.BeitSpec.Form;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Init;
import dev.fovea.nn.Recompute;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BeitTest {
    private static final String SHARED = "rel_pos_bias.relative_position_bias_table";

    private final Tensor images;

    BeitTest() {
        Draws.seed(4, 0); // bounds on rounding are for these numbers
        images = torch.randn(2, 3, 32, 32);
    }

    @ParameterizedTest
    @EnumSource(RelativeBias.class)
    void withNothingHiddenTheVisibleTokensAreAllTokens(RelativeBias relative) {
        Beit beit = Tiny.beit(relative, true).build(Use.PRETRAIN);
        disturbTables(beit);
        TokenMask mask = TokenMask.random(2, 16, 0);

        try (NoGrad off = new NoGrad()) {
            Tensor visible = beit.encodeVisible(images, mask);
            Tensor all = beit.tokens(images);
            Tensor shuffled = Tensors.cat(1, all.narrow(1, 0, 1), mask.select(all.narrow(1, 1, 16)));
            assertThat(largestDifference(visible, shuffled)).isCloseTo(0, within(1e-5));
        }
    }

    @Test
    void aHiddenPatchIsTheTokenAndItsPixelsReachNothing() {
        Beit beit = Tiny.beit(RelativeBias.SHARED, true).build(Use.PRETRAIN);
        Tensor token = torch.randn(1, 1, 16);
        Tensor hidden = Tensors.zeros(2, 16);
        hidden.narrow(1, 0, 4).fill_(new Scalar(1)); // the first row of patches
        Tensor disturbed = images.clone();
        disturbed.narrow(2, 0, 8).fill_(new Scalar(9));

        try (NoGrad off = new NoGrad()) {
            Tensor x = beit.embedMasked(images, hidden, token);
            assertThat(Tensors.toFloats(beit.embedMasked(disturbed, hidden, token)))
                    .containsExactly(Tensors.toFloats(x));
            Tensor seen = beit.embed(images);
            assertThat(largestDifference(x.narrow(1, 5, 12), seen.narrow(1, 5, 12)))
                    .isZero();
            assertThat(largestDifference(x.select(1, 0), seen.select(1, 0))).isZero();
            Tensor place = beit.state().get("pos_embed").narrow(1, 1, 4);
            assertThat(largestDifference(x.narrow(1, 1, 4), token.add(place).expand(2, 4, 16)))
                    .isCloseTo(0, within(1e-6));
        }
    }

    @ParameterizedTest
    @EnumSource(RelativeBias.class)
    void recomputedBlocksGiveTheGradientsOfTheWholeGraph(RelativeBias relative) {
        Beit beit = Tiny.beit(relative, false).build(Use.PRETRAIN);
        disturbTables(beit);
        Tensor weights = torch.randn(2, 17, 16);

        beit.tokens(images).mul(weights).sum().backward();
        Map<String, Tensor> whole = gradients(beit);
        beit.zero_grad(true);
        try (PointerScope scope = new PointerScope();
                Recompute recompute = Recompute.open()) {
            beit.tokens(images).mul(weights).sum().backward();
            recompute.backward();
        }

        assertThat(gradients(beit))
                .allSatisfy((name, gradient) -> assertThat(largestDifference(gradient, whole.get(name)))
                        .as(name)
                        .isCloseTo(0, within(1e-4)));
    }

    @Test
    void aTableOfBlocksAndASharedOneAddUp() {
        Beit both = Tiny.beit(RelativeBias.BOTH, false).build(Use.PROBE);
        disturbTables(both);
        Beit blocks = Tiny.beit(RelativeBias.BLOCK, false).build(Use.PROBE);
        Map<String, Tensor> from = both.state();
        try (NoGrad off = new NoGrad()) {
            blocks.state()
                    .forEach((name, x) -> x.copy_(
                            name.endsWith("bias_table") ? from.get(name).add(from.get(SHARED)) : from.get(name)));
            assertThat(largestDifference(blocks.tokens(images), both.tokens(images)))
                    .isCloseTo(0, within(1e-5));
        }
    }

    @Test
    void withoutRelativePositionsImagesMayHaveAnySize() {
        Beit beit = Tiny.beit(RelativeBias.NONE, true).build(Use.DENSE);

        assertThat(Shapes.of(beit.tokens(torch.randn(1, 3, 40, 64)))).containsExactly(1, 1 + 5 * 8, 16);
        assertThat(Shapes.of(beit.pyramid(torch.randn(1, 3, 64, 96)).maps().get(1)))
                .containsExactly(1, 16, 8, 12);
        assertThatThrownBy(() -> beit.tokens(torch.randn(1, 3, 36, 32)))
                .hasMessage("image 1x3x36x32 is not divisible by the patch size 8");
    }

    @Test
    void patchesOfEightPixelsGiveAPyramidFromStrideFourToThirtyTwo() {
        assertThat(Tiny.beit().build(Use.DENSE).strides()).containsExactly(4, 8, 16, 32);
    }

    @Test
    void theBasePretrainingNetworkHasItsPublishedSize() {
        BeitSpec base = new BeitSpec(
                Size.square(224), 16, 768, 12, 12, 4, 0, 0.1, RelativeBias.SHARED, false, Form.PUBLISHED, List.of());

        // qkv 3 D^2 + 2 D (no bias of keys), proj D^2 + D, MLP 8 D^2 + 5 D, two norms 4 D, two scales 2 D.
        long block = 12L * 768 * 768 + 14 * 768;
        long rest = 768 + (768 * 768 + 768) + 732 * 12 + 2 * 768;
        assertThat(base.build(Use.PRETRAIN).parameterCount()).isEqualTo(12 * block + rest);
    }

    @Test
    void layersFollowTheReleasedCode() {
        Beit beit = Tiny.beit(RelativeBias.BOTH, true).build(Use.DENSE);

        assertThat(List.of(
                        beit.layerOf("cls_token"),
                        beit.layerOf("pos_embed"),
                        beit.layerOf("patch_embed.proj.weight"),
                        beit.layerOf("blocks.1.attn.relative_position_bias_table"),
                        beit.layerOf(SHARED),
                        beit.layerOf("pyramid.fpn1.0.weight")))
                .containsExactly(0, 0, 0, 2, 3, 3);
    }

    @Test
    void deeperBlocksStartSmallerAndPretrainingStaysWithinOneDeviation() {
        BeitSpec wide = new BeitSpec(
                Size.square(32), 8, 64, 8, 2, 2, 0, 0.1, RelativeBias.SHARED, false, Form.PUBLISHED, List.of());
        Map<String, Tensor> state = wide.build(Use.PRETRAIN).state();

        double first = deviation(state.get("blocks.0.mlp.fc2.weight"));
        assertThat(deviation(state.get("blocks.7.mlp.fc2.weight"))).isCloseTo(first / Math.sqrt(8), within(first / 20));
        Tensor fc1 = state.get("blocks.3.mlp.fc1.weight");
        assertThat(Tensors.item(fc1.abs().max())).isBetween(0.0199, 0.0200001);
        // The deviation of a normal distribution cut off at one is 0.5396 of the whole one's.
        assertThat(deviation(fc1)).isCloseTo(0.02 * 0.5396, within(2e-4));
    }

    @Test
    void aWidthThatHeadsDoNotDivideNeedsAWidthOfItsOwnForThem() {
        assertThatThrownBy(() -> spec(0)).hasMessage("dim 18 is not divisible by heads 4");

        Tensor tokens = spec(6).build(Use.PROBE).tokens(images);

        assertThat(Shapes.of(tokens)).containsExactly(2, 17, 18);
    }

    private static BeitSpec spec(int headDim) {
        return new BeitSpec(
                Size.square(32),
                8,
                18,
                1,
                4,
                2,
                0,
                0,
                RelativeBias.NONE,
                false,
                new Form(3, true, headDim, 0),
                List.of());
    }

    /** Tables start at zero, where no mistake shows. */
    private static void disturbTables(Beit beit) {
        beit.parametersByName().forEach((name, x) -> {
            if (name.endsWith("bias_table")) {
                Init.normal(x, 1);
            }
        });
    }

    private static Map<String, Tensor> gradients(Beit beit) {
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        beit.parametersByName()
                .forEach((name, x) -> gradients.put(name, x.grad().clone()));
        return gradients;
    }

    private static double deviation(Tensor x) {
        return Tensors.item(x.mul(x).mean().sqrt());
    }

    private static double largestDifference(Tensor a, Tensor b) {
        return Tensors.item(a.sub(b).abs().max());
    }
}
