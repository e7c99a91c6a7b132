package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.query.Mask2FormerDetectorSpec;
import dev.fovea.dense.detect.single.AtssHead;
import dev.fovea.dense.detect.single.AtssSpec;
import dev.fovea.dense.detect.single.DenseFrame;
import dev.fovea.dense.detect.single.GflHead;
import dev.fovea.dense.detect.single.GflSpec;
import dev.fovea.dense.detect.single.TargetRules;
import dev.fovea.dense.detect.single.TestRules;
import dev.fovea.dense.detect.twostage.CascadeMaskRcnnSpec;
import dev.fovea.dense.detect.twostage.HtcSpec;
import dev.fovea.dense.detect.twostage.MaskRcnnSpec;
import dev.fovea.dense.mask2former.Mask2FormerSettings;
import dev.fovea.recipe.RecipeReader.Overrides;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DetectorBlocksTest {
    private static final String RECIPE =
            """
            stage: detect
            name: plain
            data: {source: {kind: coco, path: data}}
            backbone: {type: vit, preset: tiny}
            detector: {type: mask-rcnn}
            optimizer: {type: adamw, lr: 1.0e-4}
            schedule: {type: step, length: 12 epochs, milestones: [8 epochs, 11 epochs]}
            run: {globalBatch: 16}
            """;

    private static DetectRecipe read(String... sets) {
        return (DetectRecipe) RecipeReader.parse(RECIPE, "plain.yaml", new Overrides(false, List.of(sets)));
    }

    private static DetectorSpec detector(String type) {
        return read("detector={type: %s}".formatted(type)).detector();
    }

    @Test
    void aDetectorsNameAloneMeansItsPublishedSettings() {
        assertThat(detector("mask-rcnn")).isEqualTo(MaskRcnnSpec.published());
        assertThat(detector("cascade-mask-rcnn")).isEqualTo(CascadeMaskRcnnSpec.published());
        assertThat(detector("htc")).isEqualTo(HtcSpec.published());
        TestRules results = new TestRules(0.05, 1000, new HardNms(0.6), 100);
        DenseFrame frame = new DenseFrame(256, 5, 4, 32, 8);
        assertThat(detector("atss"))
                .isEqualTo(
                        new AtssSpec(frame, TargetRules.USUAL, new AtssHead.LossSettings(0.25, 2, 1, 2, 1), results));
        assertThat(detector("gfl"))
                .isEqualTo(new GflSpec(frame, TargetRules.USUAL, new GflHead.LossSettings(16, 2, 1, 2, 0.25), results));
        assertThat(detector("mask2former"))
                .isEqualTo(new Mask2FormerDetectorSpec(
                        256,
                        8,
                        100,
                        32,
                        new Mask2FormerSettings.Encoder(6, 4, 1024),
                        new Mask2FormerSettings.Decoder(9, 2048),
                        new Mask2FormerSettings.Loss(12544, 3, 0.75, 2, 5, 5, 0.1),
                        100));
    }

    @Test
    void everyDetectorReadsBackFromItsResolvedText() {
        for (String type : Methods.names(DetectorSpec.class)) {
            DetectRecipe recipe = read("detector={type: %s}".formatted(type));
            assertThat(RecipeReader.parse(RecipeWriter.write(recipe), "resolved", Overrides.NONE))
                    .isEqualTo(recipe);
        }
    }

    @Test
    void partsThatAreSwitchedOffStayOff() {
        DetectRecipe recipe = read("detector={type: htc, semantic: null}");
        assertThat(((HtcSpec) recipe.detector()).semantic()).isEmpty();
        assertThat(RecipeReader.parse(RecipeWriter.write(recipe), "resolved", Overrides.NONE))
                .isEqualTo(recipe);
    }

    @Test
    void branchesOfStepsAndSeveralScalesReadBack() {
        DetectRecipe recipe = read(
                "augment.branches=[[{type: resize, scales: [[1333, 480], [1333, 800]]}], [{type: resize, scales: [[4200, 400]]},"
                        + " {type: crop, least: 384, most: 600}, {type: resize, ratio: [0.1, 2]}]]",
                "augment.moved={}",
                "inference={scales: [[1600, 400], [1600, 1400]], flip: true, sizes: [[96, 10000], [0, 64]],"
                        + " join: {type: soft-nms, iou: 0.5}, most: 1000, limits: mmdet}");
        assertThat(RecipeReader.parse(RecipeWriter.write(recipe), "resolved", Overrides.NONE))
                .isEqualTo(recipe);
        assertThat(recipe.augment().branches().get(1)).hasSize(3);
        assertThat(recipe.inference().join()).isEqualTo(new SoftNms(0.5));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(
                "data.source={kind: folder, path: x}",
                "data.source: names no validation images, which this stage is measured on");
        refused(
                "data.source={kind: imagefolder, path: x}",
                "data.source: is imagefolder, which has no objects: coco and scenes have");
        refused("augment.branches=[[]]", "augment.branches: are not one or several lists of steps");
        refused(
                "augment.branches=[[{type: resize, scales: [[480, 1333]]}]]",
                "augment.branches[0][0].scales: [480, 1333] is not a box [long, short]");
        refused(
                "augment.branches=[[{type: crop, least: 600, most: 384}]]",
                "augment.branches[0][0].most: 384 is below least 600");
        refused("padding.square=1000", "padding.square: 1000 is not divisible by multiple 32");
        refused(
                "detector={type: htc}",
                "padding.multiple: 4 is not divisible by 8: detector.semantic learns from maps with cells of that side",
                "padding.multiple=4");
        refused(
                "detector={type: htc}",
                "padding.multiple: 8 is not divisible by 16: the backbone's maps would be larger than those that"
                        + " detector.semantic learns from",
                "padding.multiple=8");
        refused("inference.sizes=[[0, 1], [1, 2]]", "inference.sizes: has 2 ranges for 1 scales");
        refused(
                "inference.sizes=[[0, 96]]",
                "inference.sizes: [[0.0, 96.0]] choose among views, and there is one: give several scales or flip");
        refused(
                "schedule.milestones=[12 epochs]",
                "schedule.milestones: [12 epochs] are not all before the end, 12 epochs");
        refused("detector.channels=0", "detector.channels: 0 is not above 0");
        refused("detector.proposals.anchorScale=0", "detector.proposals.anchorScale: 0 is not above 0");
        refused("detector.proposals.ratios=[]", "detector.proposals.ratios: [] hold no shape of anchors");
        refused("detector.proposals.ratios=[1, -0.5]", "detector.proposals.ratios[1]: -0.5 is not above 0");
        refused("detector={type: atss, targets: {nearest: 0}}", "detector.targets.nearest: 0 is below 1");
        refused("detector={type: atss, targets: {border: -2}}", "detector.targets.border: -2 is below 0");
        refused(
                "detector={type: gfl, targets: {positiveWeight: 0}}",
                "detector.targets.positiveWeight: 0 is not above 0");
        refused("detector={type: atss, losses: {alpha: 1.5}}", "detector.losses.alpha: 1.5 is not in [0, 1]");
        refused(
                "detector={type: atss, losses: {centernessWeight: -1}}",
                "detector.losses.centernessWeight: -1 is below 0");
        refused("detector={type: gfl, losses: {most: 0}}", "detector.losses.most: 0 is below 1");
        refused("detector={type: gfl, losses: {beta: -0.5}}", "detector.losses.beta: -0.5 is below 0");
        refused("detector={type: gfl, results: {lowestScore: 2}}", "detector.results.lowestScore: 2 is not in [0, 1]");
        refused(
                "detector={type: retinanet}",
                "detector.type: 'retinanet' is none of mask-rcnn, cascade-mask-rcnn, htc, atss, gfl, mask2former");
    }

    private static void refused(String set, String text, String... before) {
        assertThatThrownBy(() ->
                        read(Stream.concat(Stream.of(before), Stream.of(set)).toArray(String[]::new)))
                .hasMessageContaining(text);
    }

    @Test
    void aPaddedSquareHoldsWhatEveryBranchAndEveryScaleMakes() {
        String large = "augment.branches=[[{type: crop, least: 100, most: 512}], [{type: resize, scales: [[512, 400]],"
                + " ratio: [0.1, 2]}]]";
        String cut = "augment.branches=[[{type: crop, least: 100, most: 512}], [{type: resize, scales: [[512, 400]],"
                + " ratio: [0.1, 2]}, {type: crop, least: 512, most: 512}]]";
        String scales = "inference.scales=[[512, 400], [640, 640]]";
        refused(
                "padding.square=512",
                "padding.square: 512 has no room for the sides of 1024 that augment.branches[1] makes",
                large);
        refused(
                "padding.square=512",
                "padding.square: 512 has no room for the sides of 640 that inference.scales[1] makes",
                cut,
                scales);
        assertThat(read(cut, scales, "padding.square=640").padding().square()).isEqualTo(640);
        Overrides segments = new Overrides(false, List.of("inference.scale=[512, 256]"));
        assertThatThrownBy(() ->
                        RecipeReader.read(Path.of("recipes/panoptic/convvit-t16_coco-cc_mask2former.yaml"), segments))
                .hasMessageContaining(
                        "padding.square: 256 has no room for the sides of 512 that inference.scale makes");
    }

    private static PyramidForm.Kind maps(String backbone, String... sets) {
        String[] all = Stream.concat(Stream.of("backbone=" + backbone), Stream.of(sets))
                .toArray(String[]::new);
        ConvVitSpec spec = (ConvVitSpec) read(all).backbone();
        assertThat(RecipeReader.parse(RecipeWriter.write(read(all)), "resolved", Overrides.NONE)
                        .backbone())
                .isEqualTo(spec);
        return spec.dense().pyramid().form();
    }

    /** A map of the segmentation form has fewer cells than its stride says. */
    @Test
    void aConvVitThatDetectsPoolsItsFourthMapUnlessSaidOtherwise() {
        assertThat(maps("{type: convvit, preset: base}")).isEqualTo(PyramidForm.Kind.DETECT);
        assertThat(maps("{type: convvit, preset: base}", "backbone.dense.pyramid.form=segment"))
                .isEqualTo(PyramidForm.Kind.SEGMENT);
        assertThat(maps("{type: convvit, preset: [base, det-vitdet]}")).isEqualTo(PyramidForm.Kind.SIMPLE);
        ConvVitSpec tiny =
                (ConvVitSpec) read("backbone={type: convvit, preset: tiny}").backbone();
        assertThat(tiny.dense().windows().isUsed()).isFalse();
        ConvVitSpec windowed = (ConvVitSpec)
                read("backbone={type: convvit, preset: [tiny, det-tiny]}").backbone();
        assertThat(windowed.dense().windows().globalBlocks()).containsExactly(0, 3, 6);
        refused(
                "backbone={type: convvit, preset: [tiny, det]}",
                "backbone.dense.windows.globalBlocks: [0, 3, 6, 10] are not blocks 0..6");
        ConvVitSpec segmenting =
                (ConvVitSpec) RecipeReader.read(Path.of("recipes/convmae/convvit-t16_camvid11_upernet.yaml"))
                        .backbone();
        assertThat(segmenting.dense()).isEqualTo(ConvVitSpec.SEGMENT);
        ConvVitSpec cutting =
                (ConvVitSpec) RecipeReader.read(Path.of("recipes/panoptic/convvit-t16_coco-cc_mask2former.yaml"))
                        .backbone();
        assertThat(cutting.dense().pyramid().form()).isEqualTo(PyramidForm.Kind.DETECT);
    }
}
