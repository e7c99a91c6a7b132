package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.classify.Classifier;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HiVitTest {
    @BeforeEach
    void alwaysTheSameDraws() {
        Draws.seed(5, 0);
    }

    private static HiVitSpec base(double layerScale) {
        return new HiVitSpec(
                Size.square(224),
                16,
                512,
                List.of(3, 3, 24),
                8,
                3,
                4,
                0,
                layerScale,
                PosEmbed.SINCOS,
                0,
                true,
                HiVitDesign.HIVIT,
                Optional.empty());
    }

    private static HiVitSpec fourStages(int positionGrid, Optional<NeckSpec> neck) {
        return new HiVitSpec(
                Size.square(32),
                8,
                32,
                List.of(1, 1, 2, 1),
                2,
                2,
                2,
                0,
                0,
                PosEmbed.LEARNED,
                positionGrid,
                true,
                HiVitDesign.HIVIT,
                neck);
    }

    @ParameterizedTest
    @CsvSource({"0, 78557992", "0.1, 78583720"})
    void theFineTunedBaseModelHasThePublishedParameterCount(double layerScale, long count) {
        assertThat(new Classifier(base(layerScale), Pooling.MEAN, 1000).parameterCount())
                .isEqualTo(count);
    }

    @Test
    void unitsGoToAMapAndBack() {
        NestedUnits units = new NestedUnits(new Size(2, 3), TokenMask.random(2, 6, 0.5));
        for (long cells : new long[] {1, 4, 16}) {
            Tensor x = torch.randn(2, 3, cells, 5);

            Tensor map = units.toMap(x);

            long side = Math.round(Math.sqrt(cells));
            assertThat(Shapes.of(map)).containsExactly(2, 5, 2 * side, 3 * side);
            assertThat(Tensors.toFloats(units.gather(map))).containsExactly(Tensors.toFloats(x));
        }
    }

    /** The map of cut-out pixels is the image itself, and merged cells hold their four children. */
    @Test
    void cellsStandWhereTheirPixelsAre() {
        NestedUnits units = new NestedUnits(new Size(2, 3), null);
        Tensor images = torch.randn(2, 3, 8, 12);

        Tensor cells = units.cut(images, 1); // [2, 6, 16, 3]

        assertThat(Tensors.toFloats(units.toMap(cells))).containsExactly(Tensors.toFloats(images));
        Tensor merged = units.toMap(NestedUnits.merge(cells)); // [2, 12, 4, 6]
        Tensor corner = merged.select(0, 1).select(1, 3).select(1, 2); // image 1, row 3, column 2
        Tensor children =
                Tensors.cat(0, pixel(images, 6, 4), pixel(images, 7, 4), pixel(images, 6, 5), pixel(images, 7, 5));
        assertThat(Tensors.toFloats(corner)).containsExactly(Tensors.toFloats(children));
    }

    private static Tensor pixel(Tensor images, long row, long column) {
        return images.select(0, 1).select(1, row).select(1, column);
    }

    @Test
    void visibleUnitsAloneGiveWhatAttentionAmongThemGives() {
        HiVit model = Tiny.hiVit().build(Use.PRETRAIN);
        Tensor images = torch.randn(2, 3, 32, 32);
        TokenMask everything = TokenMask.random(2, 16, 0);

        try (NoGrad off = new NoGrad()) {
            Tensor shuffled = model.encodeVisible(images, everything);
            Tensor straight = everything.select(model.tokens(images));
            assertThat(Tensors.item(shuffled.sub(straight).abs().max())).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(NeckSpec.Kind.class)
    void aHiddenPixelChangesNoVisibleLevelOfTheNeck(NeckSpec.Kind kind) {
        HiVit model = Tiny.hiVit(kind).build(Use.PRETRAIN_PYRAMID);
        TokenMask mask = TokenMask.random(1, 16, 0.75);
        Tensor images = torch.randn(1, 3, 32, 32);
        Tensor hidden =
                mask.hidden().reshape(1, 1, 4, 1, 4, 1).expand(1, 1, 4, 8, 4, 8).reshape(1, 1, 32, 32);

        try (NoGrad off = new NoGrad()) {
            List<Tensor> before = levels(model, images, mask), after = levels(model, images.add(hidden), mask);
            for (int i = 0; i < 3; i++) {
                assertThat(Tensors.toFloats(after.get(i))).containsExactly(Tensors.toFloats(before.get(i)));
            }
        }
    }

    /** With channel MLPs a unit's levels depend on stages of that unit alone; a convolution lets neighbours in. */
    @ParameterizedTest
    @CsvSource({"MLP, 0", "CONVOLUTION, 1"})
    void unitsMeetInTheConvolutionNeckOnly(NeckSpec.Kind kind, int least) {
        HiVit model = Tiny.hiVit(kind).build(Use.PRETRAIN_PYRAMID);
        UnitLevels stages = model.levels(torch.randn(1, 3, 32, 32), null);
        Tensor one = stages.levels().get(0).clone();
        one.select(1, 5).add_(torch.randn(16, 4));
        UnitLevels disturbed = new UnitLevels(
                List.of(one, stages.levels().get(1), stages.levels().get(2)), stages.order());

        Tensor change = model.pyramid(disturbed, null)
                .levels()
                .get(0)
                .sub(model.pyramid(stages, null).levels().get(0))
                .abs()
                .flatten(2, 3)
                .sum(2); // [1, N]

        change.select(1, 5).zero_();
        assertThat(Tensors.item(change.max()) > 1e-7 ? 1 : 0).isEqualTo(least);
    }

    private static List<Tensor> levels(HiVit model, Tensor images, TokenMask mask) {
        return model.pyramid(model.levels(images, mask), mask).levels();
    }

    @Test
    void aFourthStageHalvesTheGridAndDoublesTheWidth() {
        HiVit model = fourStages(0, Optional.empty()).build(Use.DENSE);
        Tensor images = torch.randn(2, 3, 32, 32);

        assertThat(Shapes.of(model.tokens(images))).containsExactly(2, 4, 32);
        assertThat(model.tokenStride()).isEqualTo(16);
        List<Tensor> maps = model.pyramid(images).maps();
        for (int i = 0; i < 4; i++) {
            long side = 32 / model.strides().get(i);
            assertThat(Shapes.of(maps.get(i))).containsExactly(2, model.widths().get(i), side, side);
        }
        assertThatThrownBy(() -> model.spec().build(Use.PRETRAIN))
                .hasMessage("depths [1, 1, 2, 1] have a fourth stage, which regroups units: it cannot be trained on"
                        + " visible units alone");
    }

    @Test
    void aNeckOnFourStagesIsRefused() {
        assertThatThrownBy(() -> fourStages(0, Tiny.hiVit().neck()))
                .hasMessage("neck stands on three stages, not on depths [1, 1, 2, 1]");
    }

    @Test
    void positionsOfAnotherGridAreResized() {
        HiVitSpec spec = fourStages(3, Optional.empty());
        HiVit model = spec.build(Use.PROBE);

        assertThat(Shapes.of(model.state().get("pos_embed"))).containsExactly(1, 9, 16);
        assertThat(Shapes.of(model.tokens(torch.randn(1, 3, 32, 32)))).containsExactly(1, 4, 32);
    }

    /** iTPN util/lr_decay.py: a merge belongs to the block before it, and rates mean 12 blocks. */
    @Test
    void mergesBelongToTheBlockBelowThem() {
        HiVit model = Tiny.hiVit().build(Use.CLASSIFY_MEAN);

        assertThat(layers(model)).containsExactly(0, 0, 1, 1, 2, 4, 5);
        assertThat(model.layerDecay("backbone.", 0.6).rate()).isEqualTo(Math.pow(0.6, 13.0 / 5));
    }

    /** seg/mmcv_custom/itpn_layer_decay_optimizer_constructor.py. */
    @Test
    void forSegmentationTheyAreLayers() {
        HiVit model = Tiny.hiVit().build(Use.DENSE);

        assertThat(layers(model)).containsExactly(0, 0, 1, 2, 3, 6, 5);
        assertThat(model.layerDecay("backbone.", 0.6).rate()).isEqualTo(Math.pow(0.6, 13.0 / 6));
    }

    private static List<Integer> layers(HiVit model) {
        return Stream.of(
                        "pos_embed",
                        "patch_embed.norm.bias",
                        "blocks.0.mlp.fc1.weight",
                        "blocks.1.reduction.weight",
                        "blocks.2.norm2.weight",
                        "blocks.5.attn.qkv.weight",
                        "neck.levels.0.out.norm2.weight")
                .map(model::layerOf)
                .toList();
    }
}
