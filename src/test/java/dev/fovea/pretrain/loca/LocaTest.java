package dev.fovea.pretrain.loca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.MapsOnlyBackbone;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.ViewBatch;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Gelu;
import dev.fovea.nn.Losses;
import dev.fovea.pretrain.LocatesViews.Shown;
import dev.fovea.pretrain.LocatesViews.Tally;
import dev.fovea.pretrain.loca.LocaDraw.Selection;
import dev.fovea.pretrain.loca.LocaSpec.Localisation;
import dev.fovea.pretrain.loca.LocaSpec.Pairing;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class LocaTest {
    private static final ClusterSpec CLUSTERS = new ClusterSpec(24, 8, 12, 0.1, 0.05, 3, 1, 1);
    private static final VitSpec VIT =
            new VitSpec(Size.square(32), 8, 16, 2, 2, 2, 0, true, PosEmbed.LEARNED, List.of());
    private static final LocaSpec FULL = spec(Pairing.QUERY, Localisation.PATCH, Optional.of(CLUSTERS));
    private static final LocaSpec POSITION_ONLY = spec(Pairing.QUERY, Localisation.PATCH, Optional.empty());
    private static final LocaSpec BOXES = spec(Pairing.QUERY, Localisation.BOX, Optional.empty());
    private static final LocaSpec SINGLE = spec(Pairing.SINGLE, Localisation.PATCH, Optional.empty());

    private static LocaSpec spec(Pairing pairing, Localisation localisation, Optional<ClusterSpec> clusters) {
        return new LocaSpec(
                pairing,
                localisation,
                0.5,
                Selection.CONSECUTIVE,
                7,
                clusters.isPresent(),
                2,
                2,
                1,
                clusters,
                0.9,
                1,
                Gelu.EXACT);
    }

    private static LocaModel model(LocaSpec spec, BackboneSpec backbone) {
        Draws.seed(4, 0);
        return spec.build(backbone);
    }

    /** Two images: references of 4 x 4 patches, one query of the same size and three of 2 x 2. */
    private static ViewBatch views() {
        Draws.seed(9, 0);
        return new ViewBatch(torch.randn(2, 3, 32, 32), List.of(group(2, 32, 16), group(6, 16, 4)), List.of("a", "b"));
    }

    private static ViewBatch.Group group(long views, long side, long patches) {
        Tensor targets = torch.rand(views, patches).mul(new Scalar(17.0));
        Tensor boxes = Tensors.of(new float[] {1, 0.25f, 0.5f, 0.5f, 0.25f}, 1, 5);
        return new ViewBatch.Group(
                torch.randn(views, 3, side, side),
                targets.to(torch.ScalarType.Long).sub(new Scalar(1)),
                boxes.expand(views, 5).contiguous());
    }

    @Test
    void everyVariantTrainsOnEveryBackboneThatReadsViews() {
        for (BackboneSpec backbone :
                List.of(VIT, Tiny.vit(), Tiny.convVit(), Tiny.hiVit(), Tiny.beit(BeitSpec.RelativeBias.BOTH, true))) {
            assertTrains(FULL, backbone, "position", "accuracy", "cluster", "entropy");
            assertTrains(POSITION_ONLY, backbone, "position", "accuracy");
            assertTrains(BOXES, backbone, "box", "box_iou");
            assertTrains(SINGLE, backbone, "position", "accuracy");
        }
    }

    private static void assertTrains(LocaSpec spec, BackboneSpec backbone, String... parts) {
        LocaModel model = model(spec, backbone);
        Losses losses = model.losses(views());
        losses.total().backward();
        assertThat(losses.parts()).containsOnlyKeys(parts);
        model.parametersByName().forEach((name, parameter) -> {
            boolean placeless = spec == SINGLE && name.matches("backbone\\.(pos_embed|.*rel.*pos.*)");
            if (name.startsWith("teacher.")) {
                assertThat(parameter.requires_grad()).as(name).isFalse();
            } else if (parameter.requires_grad() && !placeless) {
                assertThat(parameter.grad().defined()).as(name).isTrue();
            }
        });
    }

    @Test
    void theLossIsTheWeightedSumOfItsParts() {
        ClusterSpec weighted = new ClusterSpec(24, 8, 12, 0.1, 0.05, 3, 0.5, 2);
        LocaSpec spec = new LocaSpec(
                Pairing.QUERY,
                Localisation.PATCH,
                0.5,
                Selection.FIRST,
                0,
                true,
                2,
                2,
                3,
                Optional.of(weighted),
                1,
                1,
                Gelu.TANH);
        Losses losses = model(spec, VIT).losses(views());
        Map<String, Double> parts = new LinkedHashMap<>();
        losses.parts().forEach((name, x) -> parts.put(name, Tensors.item(x)));
        double sum = 3 * parts.get("position") + 0.5 * parts.get("cluster") + 2 * parts.get("entropy");
        assertThat(Tensors.item(losses.total())).isCloseTo(sum, within(1e-4));
    }

    @Test
    void theTeacherStartsAsACopyAndFollowsByTheSchedule() {
        LocaModel model = model(FULL, VIT);
        Map<String, Tensor> state = model.state();
        try (NoGrad off = new NoGrad()) {
            state.get("backbone.norm.bias").fill_(new Scalar(2.0));
            model.afterInitialWeights();
            assertThat(Tensors.toFloats(state.get("teacher.backbone.norm.bias")))
                    .containsOnly(2f);
            state.get("backbone.norm.bias").fill_(new Scalar(4.0));
            model.afterStep(5, 10);
        }
        // half way from 0.9 to 1: 0.95
        assertThat(Tensors.toFloats(state.get("teacher.backbone.norm.bias"))[0]).isCloseTo(2.1f, within(1e-5f));
        assertThat(FULL.momentumAt(0, 10)).isEqualTo(0.9);
        assertThat(FULL.momentumAt(10, 10)).isCloseTo(1, within(1e-12));
    }

    @Test
    void hiddenPatchesOfTheReferenceHaveNoSay() {
        LocaModel model = model(POSITION_ONLY, VIT);
        LocaDraw draw = new LocaDraw(Tensors.range(4, 12), null);
        ViewBatch views = views();
        Tensor disturbed = views.images().clone();
        disturbed.narrow(2, 0, 8).fill_(new Scalar(7.0)); // patches 0 to 3
        ViewBatch others = new ViewBatch(disturbed, views.groups(), views.names());
        assertThat(loss(model, others, draw)).isEqualTo(loss(model, views, draw));
        LocaDraw seen = new LocaDraw(Tensors.range(0, 8), null);
        assertThat(loss(model, others, seen)).isNotEqualTo(loss(model, views, seen));
    }

    /** Queries behind the first group keep all patches, of whatever size they are. */
    @Test
    void theFirstGroupAloneIsLeftWithoutSomePatches() {
        LocaModel model = model(POSITION_ONLY, VIT);
        ViewBatch views =
                new ViewBatch(torch.randn(2, 3, 32, 32), List.of(group(2, 32, 16), group(4, 32, 16)), List.of());
        LocaDraw draw = new LocaDraw(Tensors.range(4, 12), Tensors.range(0, 7));
        List<LocaReading.Query> queries = model.read(views, draw).queries();
        assertThat(Shapes.of(queries.get(0).tokens())).containsExactly(2, 7, 16);
        assertThat(Shapes.of(queries.get(1).tokens())).containsExactly(4, 16, 16);
        assertThat(Shapes.of(queries.get(1).targets())).containsExactly(4, 16);
    }

    @Test
    void aFifthOfThePatchesIsAFifth() {
        LocaSpec fifth = new LocaSpec(
                Pairing.QUERY,
                Localisation.PATCH,
                0.8,
                Selection.FIRST,
                0,
                false,
                2,
                2,
                1,
                Optional.empty(),
                1,
                1,
                Gelu.TANH);
        assertThat(fifth.visible(225)).isEqualTo(45);
        assertThat(fifth.visible(196)).isEqualTo(39);
    }

    /** Zhai et al. 2022: a patch is told by what it shows and by what the others show, not by where it stands. */
    @Test
    void patchesOfASingleImageDoNotKnowTheirPlaces() {
        LocaModel model = model(SINGLE, VIT);
        model.eval();
        Draws.seed(9, 0);
        Tensor images = torch.randn(2, 3, 32, 32);
        // the two halves change places: rows of patches 0 1 2 3 become 2 3 0 1
        Tensor swapped = images.roll(new long[] {16}, new long[] {2});
        LocaDraw draw = new LocaDraw(Tensors.range(0, 16), null);
        try (NoGrad off = new NoGrad()) {
            LocaReading reading = model.read(new ViewBatch(images, List.of(), List.of()), draw);
            LocaReading moved = model.read(new ViewBatch(swapped, List.of(), List.of()), draw);
            LocaReading.Query query = reading.queries().get(0);
            Tensor back = moved.queries().get(0).tokens().roll(new long[] {8}, new long[] {1});
            assertThat(Tensors.toFloats(back.sub(query.tokens()).abs().max())[0])
                    .isLessThan(1e-5f);
            assertThat(Tensors.toLongs(query.targets().select(0, 1)))
                    .isEqualTo(LongStream.range(0, 16).toArray());
        }
    }

    @Test
    void viewsThatAreNotLookedAtAreRefused() {
        assertThatCode(() -> FULL.requireViews(VIT, List.of(32, 16))).doesNotThrowAnyException();
        assertThatThrownBy(() -> FULL.requireViews(VIT, List.of(16, 32)))
                .hasMessage("objective.queryTokens 7 needs a first kind of queries as large as the reference, 32; its"
                        + " size is 16");
        assertThatThrownBy(() -> FULL.requireViews(VIT, List.of())).hasMessageContaining("augment.queries is empty");
        assertThatThrownBy(() -> SINGLE.requireViews(VIT, List.of(32)))
                .hasMessageContaining("[32] are not looked at with objective.pairing single");
        LocaSpec three = new LocaSpec(
                Pairing.SINGLE,
                Localisation.PATCH,
                0.5,
                Selection.FIRST,
                0,
                false,
                3,
                2,
                1,
                Optional.empty(),
                1,
                1,
                Gelu.TANH);
        assertThatThrownBy(() -> three.requireViews(VIT, List.of()))
                .hasMessage("objective.heads: the backbone's dim 16 is not divisible by heads 3");
    }

    /** The laws that NOTES of the recorded cases name. */
    @Test
    void weightsStartAsInTheReleasedCode() {
        VitSpec wide = new VitSpec(Size.square(64), 8, 96, 1, 2, 4, 0, true, PosEmbed.LEARNED, List.of());
        Map<String, Tensor> state = model(FULL, wide).parametersByName();
        assertUniform(state.get("backbone.blocks.0.attn.qkv.weight"), Math.sqrt(6.0 / (96 + 96)));
        assertUniform(state.get("backbone.blocks.0.mlp.fc1.weight"), Math.sqrt(6.0 / (96 + 384)));
        assertUniform(state.get("location.block.attn.kv.weight"), Math.sqrt(6.0 / (96 + 96)));
        assertDeviation(state.get("backbone.blocks.0.mlp.fc1.bias"), 1e-6);
        assertDeviation(state.get("backbone.pos_embed"), 1 / Math.sqrt(96));
        assertDeviation(state.get("backbone.patch_embed.proj.weight"), 1 / Math.sqrt(3 * 64));
        assertDeviation(state.get("location.predictor.weight"), 1 / Math.sqrt(96));
        assertThat(Tensors.toFloats(state.get("backbone.blocks.0.attn.qkv.bias")))
                .containsOnly(0f);
        double[] lengths = Tensors.toDoubles(
                state.get("projection.prototypes.weight").square().sum(1));
        assertThat(Arrays.stream(lengths)).allMatch(length -> Math.abs(length - 1) < 1e-5);
    }

    private static void assertUniform(Tensor x, double bound) {
        double most = Tensors.item(x.abs().max());
        assertThat(most).isBetween(0.98 * bound, bound * (1 + 1e-6));
        assertDeviation(x, bound / Math.sqrt(3));
    }

    private static void assertDeviation(Tensor x, double expected) {
        double deviation = Math.sqrt(Tensors.item(x.square().mean()));
        assertThat(deviation).isCloseTo(expected, withinPercentage(12));
    }

    private static double loss(LocaModel model, ViewBatch views, LocaDraw draw) {
        try (NoGrad off = new NoGrad()) {
            return Tensors.item(model.losses(views, draw).total());
        }
    }

    @Test
    void controlsShowNothingOrTheReferenceOfAnotherImage() {
        LocaModel model = model(POSITION_ONLY, VIT);
        model.eval();
        ViewBatch views = views();
        Tensor swapped = views.images().flip(0);
        ViewBatch others = new ViewBatch(swapped, views.groups(), views.names());
        try (NoGrad off = new NoGrad()) {
            assertThat(tally(model, others, Shown.NOTHING)).isEqualTo(tally(model, views, Shown.NOTHING));
            assertThat(tally(model, others, Shown.USUAL)).isEqualTo(tally(model, views, Shown.ANOTHER_IMAGE));
            assertThat(tally(model, views, Shown.USUAL).count()).isBetween(20.0, 56.0);
        }
    }

    private static Tally tally(LocaModel model, ViewBatch views, Shown shown) {
        Draws.seed(1, 1);
        return model.tally(views, shown);
    }

    @Test
    void placesAreOnePatchOfTheReferenceForEachPatchOfAView() {
        Tensor places = model(FULL, VIT).place(views()).orElseThrow().places();
        assertThat(Shapes.of(places)).containsExactly(2, 16);
        assertThat(Arrays.stream(Tensors.toLongs(places))).allMatch(place -> place >= 0 && place < 16);
        assertThat(model(BOXES, VIT).place(views())).isEmpty();
        assertThat(model(BOXES, VIT).score()).isEqualTo("box_iou");
    }

    @Test
    void selectionsAreOfTheWantedPatches() {
        Draws.seed(3, 3);
        for (int i = 0; i < 50; i++) {
            long[] run = Tensors.toLongs(Selection.CONSECUTIVE.draw(5, 16));
            assertThat(run).hasSize(5).isSorted();
            assertThat(run[4] - run[0]).isEqualTo(4);
            assertThat(run[4]).isBetween(4L, 15L);
            assertThat(Arrays.stream(Tensors.toLongs(Selection.UNSTRUCTURED.draw(5, 16))))
                    .hasSize(5)
                    .doesNotHaveDuplicates()
                    .allMatch(patch -> patch >= 0 && patch < 16);
        }
        assertThat(Tensors.toLongs(Selection.FIRST.draw(3, 16))).containsExactly(0, 1, 2);
        assertThat(FULL.visible(196)).isEqualTo(98);
    }

    @Test
    void assignmentsGiveEveryPatchOneAndEveryPrototypeItsShare() {
        Draws.seed(5, 5);
        Tensor scores = torch.rand(40, 8);
        Tensor assignments = LocaLoss.assignments(scores, 0.2, 60);
        assertThat(Arrays.stream(Tensors.toDoubles(assignments.sum(1)))).allMatch(sum -> Math.abs(sum - 1) < 1e-5);
        assertThat(Arrays.stream(Tensors.toDoubles(assignments.sum(0)))).allMatch(sum -> Math.abs(sum - 5) < 1e-3);
    }

    @Test
    void boxesAreMeasuredByDistanceAndOverlap() {
        Tensor a = Tensors.of(new float[] {0.1f, 0.2f, 0.4f, 0.4f, 0, 0, 0.5f, 0.5f}, 2, 4);
        Tensor b = Tensors.of(new float[] {0.1f, 0.2f, 0.4f, 0.4f, 0.5f, 0.5f, 0.5f, 0.5f}, 2, 4);
        float[] plain = Tensors.toFloats(new BoxOverlap(a, b).plain());
        float[] generalised = Tensors.toFloats(new BoxOverlap(a, b).generalised());
        assertThat(plain[0]).isCloseTo(1f, within(1e-5f));
        assertThat(plain[1]).isZero();
        assertThat(generalised[0]).isCloseTo(1f, within(1e-5f));
        assertThat(generalised[1]).isCloseTo(-0.5f, within(1e-5f)); // half of the common box is empty
        Tensor wanted = Tensors.of(new float[] {1, 0.1f, 0.2f, 0.4f, 0.4f, 0, 9, 9, 9, 9}, 2, 5);
        assertThat(Tensors.item(LocaLoss.box(a, wanted))).isCloseTo(0, within(1e-5));
        assertThat(Tensors.item(LocaLoss.boxOverlap(a, wanted))).isCloseTo(1, within(1e-5));
    }

    @Test
    void aReferencePredictsItselfInTheBackbonesOwnPlaces() {
        LocaModel model = model(FULL, VIT);
        assertThat(model.losses(torch.randn(2, 3, 32, 32)).parts()).containsKeys("position", "cluster");
    }

    @Test
    void whatCannotBeLearnedIsRefused() {
        assertThatThrownBy(() -> spec(Pairing.SINGLE, Localisation.PATCH, Optional.of(CLUSTERS)))
                .hasMessage("clusters need a second view, which the pairing single does not have");
        assertThatThrownBy(() -> spec(Pairing.SINGLE, Localisation.BOX, Optional.empty()))
                .hasMessage("localisation box needs a second view, which the pairing single does not have");
        ViewBatch none = new ViewBatch(torch.randn(2, 3, 32, 32), List.of(), List.of("a", "b"));
        assertThatThrownBy(() -> model(FULL, VIT).losses(none))
                .hasMessage("loca has no query views to locate: augment.queries is empty");
        assertThatThrownBy(() -> model(FULL, new OneSize()))
                .hasMessage("loca needs a backbone that reads views of other sizes than its own; Fixed does not");
    }

    /** A backbone that reads nothing but whole images. */
    private record OneSize() implements BackboneSpec {
        @Override
        public Backbone build(Use use) {
            return new Fixed();
        }

        @Override
        public Size imageSize() {
            return Size.square(32);
        }

        @Override
        public int tokenStride() {
            return 8;
        }

        @Override
        public int dim() {
            return 16;
        }

        @Override
        public BackboneSpec withImageSize(Size size) {
            return this;
        }

        @Override
        public BackboneSpec withDropPath(double rate) {
            return this;
        }
    }

    private static final class Fixed extends MapsOnlyBackbone {
        @Override
        public Pyramid pyramid(Tensor images) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Integer> widths() {
            return List.of();
        }

        @Override
        public List<Integer> strides() {
            return List.of();
        }
    }
}
