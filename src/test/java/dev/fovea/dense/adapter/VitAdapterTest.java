package dev.fovea.dense.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.backbone.WindowSpec;
import dev.fovea.dense.adapter.VitAdapterSpec.VitFeature;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VitAdapterTest {
    private static final VitSpec VIT =
            new VitSpec(Size.square(64), 16, 16, 4, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
    private static final BeitSpec BEIT = new BeitSpec(
            Size.square(64),
            16,
            16,
            4,
            2,
            2,
            0,
            0.1,
            BeitSpec.RelativeBias.BLOCK,
            false,
            BeitSpec.Form.PUBLISHED,
            List.of());
    private static final AttentionSpec DEFORMABLE = new AttentionSpec(AttentionSpec.Reach.DEFORMABLE, 2, 2, 0.5);

    private static VitAdapterSpec over(BackboneSpec vit, List<Integer> windows, Interaction.Parts parts) {
        return spec(vit, windows, List.of(), parts, DEFORMABLE, VitFeature.EACH);
    }

    private static VitAdapterSpec spec(
            BackboneSpec vit,
            List<Integer> windows,
            List<Integer> interactions,
            Interaction.Parts parts,
            AttentionSpec attention,
            VitFeature feature) {
        return new VitAdapterSpec(vit, 0, windows, interactions, 8, parts, attention, 0.1, 0.25, 2, feature);
    }

    @ParameterizedTest
    @CsvSource({
        "192, 12, 3, 6, 1.0, 2438192",
        "384, 12, 6, 6, 1.0, 5830160",
        "768, 12, 12, 12, 0.5, 13680608",
        "1024, 24, 16, 16, 0.5, 23236800"
    })
    void theAdapterHasAsManyParametersAsTheReleasedOne(
            int dim, int depth, int heads, int deformHeads, double ratio, long parameters) {
        VitSpec vit = new VitSpec(Size.square(32), 16, dim, depth, heads, 4, 0, true, PosEmbed.SINCOS, List.of());
        AttentionSpec attention = new AttentionSpec(AttentionSpec.Reach.DEFORMABLE, deformHeads, 4, ratio);
        VitAdapter adapter = new VitAdapterSpec(
                        vit, 0, List.of(), List.of(), 64, Interaction.Parts.ALL, attention, 0, 0.25, 2, VitFeature.EACH)
                .build(Use.DENSE);
        long own = adapter.parametersByName().entrySet().stream()
                .filter(entry -> !entry.getKey().matches("(pos_embed|patch_embed|blocks)\\b.*"))
                .mapToLong(entry -> entry.getValue().numel())
                .sum();
        assertThat(own).isEqualTo(parameters);
    }

    @Test
    void theMapsHaveStridesFourToThirtyTwo() {
        List<Tensor> maps = maps(over(VIT, List.of(), Interaction.Parts.ALL), 64, 96);
        assertThat(maps.stream().map(Shapes::text)).containsExactly("2x16x16x24", "2x16x8x12", "2x16x4x6", "2x16x2x3");
    }

    @Test
    void anOddGridOfTokensIsRoundedUpInTheCoarsestMap() {
        for (Interaction.Parts parts : List.of(Interaction.Parts.ALL, new Interaction.Parts(false, false, false))) {
            List<Tensor> maps = maps(over(VIT, List.of(), parts), 48, 80);
            assertThat(maps.stream().map(Shapes::text))
                    .containsExactly("2x16x12x20", "2x16x6x10", "2x16x3x5", "2x16x2x3");
        }
    }

    @Test
    void forDetectorsImagesAreFilledUpToWholeCellsOfTheCoarsestMap() {
        List<Tensor> maps = maps(over(VIT, List.of(2, 0, 2, 0), Interaction.Parts.ALL), 50, 70);
        assertThat(maps.stream().map(Shapes::text)).containsExactly("2x16x16x24", "2x16x8x12", "2x16x4x6", "2x16x2x3");
    }

    /** Every choice that the paper ablates, by what it adds to the network. */
    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void interactionsAreAsManyAsThereAreGroupsOfBlocks(int count) {
        List<Integer> groups = Collections.nCopies(count, 4 / count);
        VitAdapterSpec spec = spec(VIT, List.of(), groups, Interaction.Parts.ALL, DEFORMABLE, VitFeature.LAST);
        VitAdapter model = spec.build(Use.DENSE);
        assertThat(model.interactionCount()).isEqualTo(count);
        assertThat(model.state().keySet().stream().filter(name -> name.endsWith("injector.gamma")))
                .hasSize(count);
        assertThat(maps(spec, 64, 64)).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0.5", "8, 1"})
    void pointsAndTheStartOfGammaAreSettings(int points, double start) {
        AttentionSpec attention = new AttentionSpec(AttentionSpec.Reach.DEFORMABLE, 2, points, 0.5);
        Map<String, Tensor> state = new VitAdapterSpec(
                        VIT,
                        0,
                        List.of(),
                        List.of(),
                        8,
                        Interaction.Parts.ALL,
                        attention,
                        start,
                        0.25,
                        2,
                        VitFeature.EACH)
                .build(Use.DENSE)
                .state();
        int heads = 2, levels = 3;
        assertThat(state.get("interactions.0.injector.attn.attention_weights.weight")
                        .size(0))
                .isEqualTo((long) heads * levels * points);
        assertThat(state.get("interactions.0.extractor.attn.sampling_offsets.weight")
                        .size(0))
                .isEqualTo(2L * heads * points);
        assertThat(Tensors.toFloats(state.get("interactions.3.injector.gamma"))).containsOnly((float) start);
    }

    /** The spatial prior reaches the maps directly; without injectors and extractors it reaches them in no other way. */
    @Test
    void partsChangeTheMapsEachForItself() {
        List<Interaction.Parts> choices = List.of(
                Interaction.Parts.ALL,
                new Interaction.Parts(true, false, true),
                new Interaction.Parts(true, true, false),
                new Interaction.Parts(true, false, false),
                new Interaction.Parts(false, false, false));
        List<float[]> maps = new ArrayList<>();
        for (Interaction.Parts parts : choices) {
            maps.add(Tensors.toFloats(maps(over(VIT, List.of(), parts), 64, 64).get(2)));
        }
        for (int i = 0; i < maps.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(maps.get(i))
                        .as(choices.get(i) + " and " + choices.get(j))
                        .isNotEqualTo(maps.get(j));
            }
        }
    }

    @Test
    void smallPatchesGiveMapsOfHalfTheStrides() {
        VitAdapterSpec spec =
                spec(Tiny.vit(), List.of(), List.of(1, 1), Interaction.Parts.ALL, DEFORMABLE, VitFeature.LAST);
        assertThat(spec.build(Use.DENSE).strides()).containsExactly(2, 4, 8, 16);
        assertThat(maps(spec, 32, 32).stream().map(Shapes::text))
                .containsExactly("2x16x16x16", "2x16x8x8", "2x16x4x4", "2x16x2x2");
    }

    @ParameterizedTest
    @EnumSource(AttentionSpec.Reach.class)
    void aGradientReachesEveryParameterThatIsUsed(AttentionSpec.Reach reach) {
        AttentionSpec attention = new AttentionSpec(reach, 2, 2, 0.5);
        for (BackboneSpec vit : List.of(VIT.withLayerScale(1), BEIT)) {
            VitAdapter model = spec(vit, List.of(), List.of(), Interaction.Parts.ALL, attention, VitFeature.EACH)
                    .build(Use.DENSE);
            model.train(true);
            sum(model.pyramid(images(64, 64)).maps()).backward();
            model.parametersByName()
                    .forEach((name, parameter) ->
                            assertThat(parameter.grad().defined()).as(name).isTrue());
        }
    }

    @Test
    void aGammaOfZeroLeavesTheTokensOfThePlainNetwork() {
        VitAdapterSpec with = new VitAdapterSpec(
                VIT, 0, List.of(), List.of(), 8, Interaction.Parts.ALL, DEFORMABLE, 0, 0.25, 2, VitFeature.EACH);
        VitAdapterSpec without = over(VIT, List.of(), new Interaction.Parts(true, false, true));
        assertThat(lastTokens(with)).containsExactly(lastTokens(without));
    }

    /** The plain network's tokens behind the last block, with the plain network drawn alike. */
    private static float[] lastTokens(VitAdapterSpec spec) {
        Draws.seed(1, 0);
        VitAdapter model = spec.build(Use.DENSE);
        model.train(false);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            model.pyramid(images(64, 64));
            return Tensors.toFloats(tap.seen().get("interactions.3.x"));
        }
    }

    @Test
    void oneWindowOverTheWholeMapIsGlobalAttention() {
        Draws.seed(1, 0);
        List<Tensor> global = maps(over(VIT, List.of(), Interaction.Parts.ALL), 64, 64);
        List<Tensor> windowed = maps(over(VIT, List.of(4, 4, 4, 4), Interaction.Parts.ALL), 64, 64);
        for (int i = 0; i < global.size(); i++) {
            assertThat(torch.allclose(global.get(i), windowed.get(i), 1e-5, 1e-5, false))
                    .isTrue();
        }
    }

    @Test
    void partsThatAreOffHaveNoParameters() {
        Map<String, Tensor> plain = over(VIT, List.of(), new Interaction.Parts(false, false, false))
                .build(Use.DENSE)
                .parametersByName();
        assertThat(plain.keySet()).noneMatch(name -> name.matches("(spm|interactions|level_embed|up)\\b.*"));
        Map<String, Tensor> noInjector = over(VIT, List.of(), new Interaction.Parts(true, false, true))
                .build(Use.DENSE)
                .parametersByName();
        assertThat(noInjector.keySet()).noneMatch(name -> name.contains("injector"));
        assertThat(noInjector.keySet()).anyMatch(name -> name.contains("extra_extractors.1."));
    }

    @Test
    void layersAreThoseOfThePlainNetworkAndTheAdapterIsBehindThem() {
        VitAdapter model = over(VIT, List.of(), Interaction.Parts.ALL).build(Use.DENSE);
        assertThat(model.layerOf("pos_embed")).isZero();
        assertThat(model.layerOf("blocks.2.attn.qkv.weight")).isEqualTo(3);
        assertThat(model.layerOf("interactions.0.injector.gamma")).isEqualTo(5);
    }

    @Test
    void whatCannotWorkIsSaid() {
        assertThatThrownBy(() -> over(Tiny.convVit(), List.of(), Interaction.Parts.ALL))
                .hasMessage("vit ConvVitSpec is neither a plain vit nor a beit");
        assertThatThrownBy(() -> over(Tiny.vit(), List.of(), Interaction.Parts.ALL))
                .hasMessage("interactions must be given: vit.depth 2 is not divisible into four equal groups");
        assertThatThrownBy(
                        () -> spec(VIT, List.of(), List.of(1, 2), Interaction.Parts.ALL, DEFORMABLE, VitFeature.LAST))
                .hasMessage("interactions [1, 2] do not add up to vit.depth 4");
        assertThatThrownBy(() -> spec(VIT, List.of(), List.of(4), Interaction.Parts.ALL, DEFORMABLE, VitFeature.EACH))
                .hasMessage("vitFeature each needs four interactions, not 1");
        assertThatThrownBy(() -> over(VIT, List.of(), new Interaction.Parts(false, true, false)))
                .hasMessage(
                        "parts.injector and parts.extractor work on the spatial prior: parts.spatialPrior is false");
        assertThatThrownBy(() -> over(VIT, List.of(2), Interaction.Parts.ALL))
                .hasMessage("windows [2] are not one for each of vit.depth 4 blocks");
        assertThatThrownBy(() -> over(BEIT, List.of(2, 2, 2, 0), Interaction.Parts.ALL))
                .hasMessage("windows [2, 2, 2, 0]: a beit has relative positions in each block's window;"
                        + " give the grid's side for global");
        assertThatThrownBy(() -> over(VIT, List.of(), Interaction.Parts.ALL).build(Use.PRETRAIN))
                .hasMessage("vit-adapter is for dense prediction alone, not for pretrain: use its plain vit there");
        assertThatThrownBy(() -> maps(over(VIT, List.of(), Interaction.Parts.ALL), 60, 64))
                .hasMessage("VitAdapter needs images divisible by the patch size 16, not a batch of 2x3x60x64");
        assertThatThrownBy(() -> spec(
                        VIT,
                        List.of(),
                        List.of(),
                        Interaction.Parts.ALL,
                        new AttentionSpec(AttentionSpec.Reach.GLOBAL, 3, 4, 1),
                        VitFeature.LAST))
                .hasMessage("attention.heads 3 do not divide the values, %1$d wide: attention.ratio 1.0 of %1$d"
                        .formatted(VIT.dim()));
        VitSpec windowed = VIT.withDense(DenseForm.PLAIN.withWindows(new WindowSpec(2, List.of(), false)), false);
        assertThatThrownBy(() -> over(windowed, List.of(), Interaction.Parts.ALL))
                .hasMessage("vit.dense: under an adapter, windows and maps are the adapter's own");
        assertThatThrownBy(() -> maps(over(BEIT, List.of(), Interaction.Parts.ALL), 64, 96))
                .hasMessage("VitAdapter was built for images of 64x64, not for a batch of 2x3x64x96");
    }

    private static List<Tensor> maps(VitAdapterSpec spec, long height, long width) {
        Draws.seed(1, 0);
        VitAdapter model = spec.build(Use.DENSE);
        model.train(false);
        try (NoGrad off = new NoGrad()) {
            return model.pyramid(images(height, width)).maps();
        }
    }

    private static Tensor images(long height, long width) {
        Draws.seed(2, 0);
        return torch.randn(2, 3, height, width);
    }

    private static Tensor sum(List<Tensor> maps) {
        Tensor sum = Tensors.zeros(1);
        for (Tensor map : maps) {
            sum = sum.add(map.mul(torch.randn_like(map)).sum());
        }
        return sum;
    }
}
