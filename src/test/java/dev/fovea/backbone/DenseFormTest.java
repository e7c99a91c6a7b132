package dev.fovea.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DenseFormTest {
    private static final WindowSpec TWO = new WindowSpec(2, List.of(1), false);
    private static final PyramidForm SIMPLE = new PyramidForm(PyramidForm.Kind.SIMPLE, 12, 5);
    private static final PyramidForm DETECT = new PyramidForm(PyramidForm.Kind.DETECT, 1, 4);
    private static final DenseForm VITDET = DenseForm.PLAIN
            .withWindows(TWO)
            .withTables(RelativeTables.DECOMPOSED)
            .withPyramid(SIMPLE)
            .withPositionGrid(3);

    /** Those whose images may have any size. */
    static Stream<BackboneSpec> flexible() {
        return Stream.of(
                Tiny.vit().withDense(VITDET, true),
                Tiny.vit().withDense(DenseForm.PLAIN.withPyramid(SIMPLE), false),
                Tiny.vit().withDense(DenseForm.PLAIN.withWindows(TWO), false),
                Tiny.beit(BeitSpec.RelativeBias.BLOCK, true)
                        .withDense(DenseForm.PLAIN
                                .withWindows(new WindowSpec(2, List.of(), true))
                                .withPyramid(SIMPLE)),
                Tiny.convVit().withDense(VITDET),
                Tiny.hiVit()
                        .withDense(DenseForm.PLAIN
                                .withTables(RelativeTables.DECOMPOSED)
                                .withPyramid(DETECT)),
                Tiny.hiVit()
                        .withDense(DenseForm.PLAIN
                                .withTables(RelativeTables.DECOMPOSED)
                                .withPyramid(SIMPLE)));
    }

    /** Those with tables for the whole grid. */
    static Stream<BackboneSpec> fixed() {
        return Stream.of(
                Tiny.convVit().withDense(DenseForm.PLAIN.withWindows(TWO).withPyramid(DETECT)),
                Tiny.convVit()
                        .withDense(DenseForm.PLAIN
                                .withWindows(TWO)
                                .withTables(RelativeTables.SHARED)
                                .withPyramid(DETECT)),
                Tiny.convVit().withDense(DenseForm.PLAIN.withTables(RelativeTables.BOTH)),
                Tiny.hiVit().withDense(DenseForm.PLAIN.withPyramid(new PyramidForm(DETECT.form(), 1, 5))),
                Tiny.beit(BeitSpec.RelativeBias.BOTH, false).withDense(DenseForm.PLAIN.withWindows(TWO)));
    }

    static Stream<BackboneSpec> all() {
        return Stream.concat(flexible(), fixed());
    }

    @ParameterizedTest
    @MethodSource("all")
    void mapsHaveThePromisedWidthsAndStridesAndTrainEveryParameter(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);
        checkMaps(backbone, torch.randn(2, 3, 32, 32), 32, 32);
        Tensor sum = Tensors.zeros(1);
        for (Tensor map : backbone.pyramid(torch.randn(2, 3, 32, 32)).maps()) {
            sum = sum.add(map.mul(torch.randn_like(map)).sum());
        }
        sum.backward();
        for (Map.Entry<String, Tensor> parameter : backbone.parametersByName().entrySet()) {
            assertThat(parameter.getValue().grad().defined())
                    .as(parameter.getKey())
                    .isTrue();
        }
    }

    /** Tokens come from the same blocks, windows and tables as maps do. */
    @ParameterizedTest
    @MethodSource("all")
    void tokensSeeTheirPlacesAsMapsDo(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);
        Tensor images = torch.randn(2, 3, 32, 32);
        Map<String, Tensor> ofMaps, ofTokens;
        try (NoGrad off = new NoGrad()) {
            backbone.parametersByName().values().forEach(parameter -> parameter.add_(torch.randn_like(parameter)));
            ofMaps = blocks(() -> backbone.pyramid(images));
            ofTokens = blocks(() -> backbone.tokens(images));
        }
        assertThat(ofTokens).isNotEmpty().containsOnlyKeys(ofMaps.keySet());
        ofTokens.forEach((name, x) -> assertThat(
                        Tensors.item(x.sub(ofMaps.get(name)).abs().max()))
                .as(name)
                .isZero());
    }

    private static Map<String, Tensor> blocks(Runnable pass) {
        try (Tap tap = Tap.open()) {
            pass.run();
            Map<String, Tensor> seen = new TreeMap<>(tap.seen());
            seen.keySet().removeIf(name -> !name.matches("blocks3?\\.\\d+"));
            return seen;
        }
    }

    @ParameterizedTest
    @MethodSource("flexible")
    void otherImagesAreFilledUpToWholeTokens(BackboneSpec spec) {
        checkMaps(spec.build(Use.DENSE), torch.randn(1, 3, 41, 64), 48, 64);
    }

    private static void checkMaps(Backbone backbone, Tensor images, int height, int width) {
        Pyramid pyramid = backbone.pyramid(images);
        assertThat(pyramid.strides()).isEqualTo(backbone.strides());
        assertThat(pyramid.maps()).hasSameSizeAs(backbone.widths());
        int h = height / backbone.strides().get(0),
                w = width / backbone.strides().get(0);
        for (int i = 0; i < backbone.widths().size(); i++) {
            Tensor map = pyramid.maps().get(i);
            assertThat(map.sizes().vec().get())
                    .startsWith(images.size(0), backbone.widths().get(i));
            assertThat(map.size(2)).isBetween(h - 1L, h + 1L); // the coarsest map of a convvit has no border
            assertThat(map.size(3)).isBetween(w - 1L, w + 1L);
            h = (int) map.size(2) / 2;
            w = (int) map.size(3) / 2;
        }
    }

    @ParameterizedTest
    @MethodSource("fixed")
    void tablesForAWholeGridTakeNoOther(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);
        Tensor images = torch.randn(1, 3, 48, 64);
        assertThatThrownBy(() -> backbone.pyramid(images))
                .hasMessageMatching(
                        "relative positions were made for a grid of 4x4 tokens, not for 6x8|.* was built for images of 32x32, .*");
    }

    @Test
    void oneWindowOverTheWholeMapIsGlobalAttention() {
        WindowSpec whole = new WindowSpec(4, List.of(), false);
        VitSpec plain = new VitSpec(Size.square(32), 8, 16, 2, 2, 2, 0, false, PosEmbed.SINCOS, List.of());
        Backbone global = plain.build(Use.DENSE),
                windowed =
                        plain.withDense(DenseForm.PLAIN.withWindows(whole), false)
                                .build(Use.DENSE);
        try (NoGrad off = new NoGrad()) {
            global.state().forEach((name, x) -> windowed.state().get(name).copy_(x));
            Tensor images = torch.randn(2, 3, 32, 32);
            List<Tensor> a = global.pyramid(images).maps(),
                    b = windowed.pyramid(images).maps();
            for (int i = 0; i < a.size(); i++) {
                assertThat(Tensors.item(a.get(i).sub(b.get(i)).abs().max())).isCloseTo(0, within(1e-5));
            }
        }
    }

    /** Tables that all blocks share do what equal tables in each block do. */
    @Test
    void aSharedTableIsTheSameTableInEveryBlock() {
        DenseForm block = DenseForm.PLAIN.withWindows(TWO).withPyramid(DETECT);
        Backbone shared = Tiny.convVit()
                .withDense(block.withTables(RelativeTables.SHARED))
                .build(Use.DENSE);
        Backbone own = Tiny.convVit().withDense(block).build(Use.DENSE);
        Map<String, Tensor> from = shared.state(), to = own.state();
        try (NoGrad off = new NoGrad()) {
            from.get("windowed_rel_pos_bias.relative_position_bias_table").normal_(0, 1, null);
            from.get("global_rel_pos_bias.relative_position_bias_table").normal_(0, 1, null);
            to.forEach((name, x) -> {
                if (from.containsKey(name)) {
                    x.copy_(from.get(name));
                }
            });
            String table = "blocks3.%d.attn.relative_position_bias_table";
            to.get(table.formatted(0)).copy_(from.get("windowed_rel_pos_bias.relative_position_bias_table"));
            to.get(table.formatted(1)).copy_(from.get("global_rel_pos_bias.relative_position_bias_table"));
        }
        assertEqualMaps(shared, own);
    }

    /** What a setting leaves out is what it would be with zeros. */
    @Test
    void leavingBiasesAndPositionsOutIsHavingZeros() {
        ConvVitSpec conv = Tiny.convVit();
        ConvVitSpec bare = new ConvVitSpec(
                conv.imageSize(),
                conv.patchSizes(),
                conv.dims(),
                conv.depths(),
                conv.heads(),
                conv.mlpRatios(),
                conv.kernelSize(),
                0,
                conv.layerScale(),
                false,
                false,
                false,
                conv.normEps(),
                conv.convNormEps(),
                conv.dense());
        assertEqualMaps(bare.build(Use.DENSE), withZeros(conv.build(Use.DENSE), bare.build(Use.DENSE)));
        HiVitSpec hi = Tiny.hiVit();
        HiVitSpec without = new HiVitSpec(
                hi.imageSize(),
                hi.patchSize(),
                hi.dim(),
                hi.depths(),
                hi.heads(),
                hi.stemMlpRatio(),
                hi.mlpRatio(),
                0,
                hi.layerScale(),
                PosEmbed.NONE,
                0,
                false,
                hi.design(),
                hi.neck(),
                false,
                true,
                hi.normEps(),
                hi.dense());
        assertEqualMaps(without.build(Use.DENSE), withZeros(hi.build(Use.DENSE), without.build(Use.DENSE)));
    }

    /** Zeros in whatever the other network does not have. */
    private static Backbone withZeros(Backbone full, Backbone bare) {
        Map<String, Tensor> kept = bare.state();
        try (NoGrad off = new NoGrad()) {
            full.state().forEach((name, x) -> {
                if (!kept.containsKey(name) && !name.endsWith("index")) {
                    x.zero_();
                }
            });
        }
        return full;
    }

    /** After the second has what both have. */
    private static void assertEqualMaps(Backbone one, Backbone other) {
        Map<String, Tensor> from = one.state();
        other.train(false);
        one.train(false);
        try (NoGrad off = new NoGrad()) {
            other.state().forEach((name, x) -> {
                if (from.containsKey(name)) {
                    x.copy_(from.get(name));
                }
            });
            Tensor images = torch.randn(2, 3, 32, 32);
            List<Tensor> a = one.pyramid(images).maps(),
                    b = other.pyramid(images).maps();
            for (int i = 0; i < a.size(); i++) {
                assertThat(Tensors.item(a.get(i).sub(b.get(i)).abs().max())).isCloseTo(0, within(1e-5));
            }
        }
    }

    /** Of norms in transformer blocks; what a recipe says reaches them. */
    @Test
    void epsOfNormsIsASettingOfEveryUse() {
        VitSpec coarse = Tiny.vit().withNormEps(0.5);
        assertThat(coarse.build(Use.PROBE).normEps()).isEqualTo(0.5);
        Tensor images = torch.zeros(1, 3, 32, 32);
        Backbone fine = Tiny.vit().build(Use.PROBE), rough = coarse.build(Use.PROBE);
        try (NoGrad off = new NoGrad()) {
            Map<String, Tensor> from = fine.state();
            rough.state().forEach((name, x) -> x.copy_(from.get(name)));
            assertThat(Tensors.item(
                            fine.tokens(images).sub(rough.tokens(images)).abs().max()))
                    .isGreaterThan(1e-2);
        }
    }

    @Test
    void everySecondWindowedBlockIsShiftedByHalfAWindow() {
        WindowSpec spec = new WindowSpec(7, List.of(0, 3, 6, 10), true);
        Size grid = Size.square(64);
        assertThat(Stream.of(1, 2, 4, 5, 7, 8, 9).map(block -> spec.shift(block, grid)))
                .containsExactly(0, 3, 0, 3, 0, 3, 0);
        assertThat(spec.shift(2, Size.square(7))).isZero();
        assertThat(new WindowSpec(7, List.of(0), false).shift(2, grid)).isZero();
    }

    @Test
    void windowsLeaveTheClassTokenOutAndKeepItsRowOfThePositions() {
        Backbone windowed =
                Tiny.vit().withDense(DenseForm.PLAIN.withWindows(TWO), false).build(Use.DENSE);
        assertThat(windowed.state()).doesNotContainKey("cls_token");
        assertThat(windowed.state().get("pos_embed").size(1)).isEqualTo(17);
        assertThat(Tiny.vit().build(Use.CLASSIFY_TOKEN).state()).containsKey("cls_token");
    }

    @Test
    void formsThatANetworkDoesNotHaveAreRefused() {
        VitSpec vit = Tiny.vit();
        DenseForm detect = DenseForm.PLAIN.withPyramid(DETECT);
        assertThatThrownBy(() -> vit.withDense(detect, false))
                .hasMessage(
                        "dense.pyramid.form detect: a plain network has no maps of its own for detectors; take simple");
        assertThatThrownBy(() -> vit.withDense(DenseForm.PLAIN, true))
                .hasMessage("relativePosition: a class token has no place; take it out (classToken: false) or give"
                        + " dense.windows");
        DenseForm far = DenseForm.PLAIN.withWindows(new WindowSpec(2, List.of(2), false));
        assertThatThrownBy(() -> vit.withDense(far, false))
                .hasMessage("dense.windows.globalBlocks [2] are not blocks 0..1");
        assertThatThrownBy(() -> new WindowSpec(0, List.of(1), false))
                .hasMessage("windowSize is 0: there are no windows for globalBlocks [1] and shifted false");
        assertThatThrownBy(() -> Tiny.beit().withDense(VITDET))
                .hasMessage("dense.tables DECOMPOSED: relativePosition says where a beit keeps its tables");
    }
}
