package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
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
        refused("inference.sizes=[[0, 1], [1, 2]]", "inference.sizes: has 2 ranges for 1 scales");
        refused(
                "inference.sizes=[[0, 96]]",
                "inference.sizes: [[0.0, 96.0]] choose among views, and there is one: give several scales or flip");
        refused(
                "schedule.milestones=[12 epochs]",
                "schedule.milestones: [12 epochs] are not all before the end, 12 epochs");
        refused("detector.channels=0", "detector.channels: 0 is not above 0");
        refused(
                "detector={type: retinanet}",
                "detector.type: 'retinanet' is none of mask-rcnn, cascade-mask-rcnn, htc, atss, gfl, mask2former");
    }

    private static void refused(String set, String text) {
        assertThatThrownBy(() -> read(set)).hasMessageContaining(text);
    }
}
