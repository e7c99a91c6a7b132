package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The official recipes of detection against the recorded facts of the reference code: each row quotes its fact. */
class DetectionFiguresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    convmae/convvit-b_coco_mask-rcnn | backbone.imageSize | 1024 | 1024x1024 large-scale jitter 0.1-2.0, fixed crop
                    convmae/convvit-b_coco_mask-rcnn | augment.branches.0.0.ratio | [0.1,2.0] | 1024x1024 large-scale jitter 0.1-2.0, fixed crop
                    convmae/convvit-b_coco_mask-rcnn | augment.branches.0.1.most | 1024 | 1024x1024 large-scale jitter 0.1-2.0, fixed crop
                    convmae/convvit-b_coco_mask-rcnn | padding.square | 1024 | 1024x1024 large-scale jitter 0.1-2.0, fixed crop
                    convmae/convvit-b_coco_mask-rcnn | backbone.dense.windows.windowSize | 16 | grid 64x64, window 16, blocks 0/3/6/10 global
                    convmae/convvit-b_coco_mask-rcnn | backbone.dense.windows.globalBlocks | [0,3,6,10] | grid 64x64, window 16, blocks 0/3/6/10 global
                    convmae/convvit-b_coco_mask-rcnn | backbone.dense.trainPositions | false | it just freezes pos_embed
                    convmae/convvit-b_coco_mask-rcnn | backbone.dropPath | 0.1 | drop path 0.1, 25 epochs = 92,187 iterations
                    convmae/convvit-b_coco_mask-rcnn | schedule.length | 92187 steps | drop path 0.1, 25 epochs = 92,187 iterations
                    convmae/convvit-b_coco_mask-rcnn | schedule.warmup | 461 steps | warm-up fraction 0.005
                    convmae/convvit-b_coco_mask-rcnn | schedule.type | cosine | cosine to 0, batch 32
                    convmae/convvit-b_coco_mask-rcnn | run.globalBatch | 32 | cosine to 0, batch 32
                    convmae/convvit-b_coco_mask-rcnn | optimizer.lr | 8.0E-5 | AdamW lr 8e-5, betas (0.9,0.999), wd 0.1 (norms, pos_embed and relative tables 0)
                    convmae/convvit-b_coco_mask-rcnn | optimizer.weightDecay | 0.1 | AdamW lr 8e-5, betas (0.9,0.999), wd 0.1 (norms, pos_embed and relative tables 0)
                    convmae/convvit-b_coco_mask-rcnn | optimizer.betas | [0.9,0.999] | AdamW lr 8e-5, betas (0.9,0.999), wd 0.1 (norms, pos_embed and relative tables 0)
                    convmae/convvit-b_coco_mask-rcnn | detector.neck | fpn-normed | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head
                    convmae/convvit-b_coco_mask-rcnn | detector.channels | 256 | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head
                    convmae/convvit-b_coco_mask-rcnn | detector.proposals.convs | 2 | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head
                    convmae/convvit-b_coco_mask-rcnn | detector.box.convs | 4 | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head
                    convmae/convvit-b_coco_mask-rcnn | detector.box.linears | 1 | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head
                    convmae/convvit-b_coco_mask-rcnn | detector.box.normed | true | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head, naive SyncBN
                    convmae/convvit-b_coco_mask-rcnn | detector.mask.normed | true | FPN 256 with SyncBN; 2-conv RPN head, 4conv+1fc box head, naive SyncBN
                    convmae/convvit-b_coco_vitdet | backbone.dense.windows.windowSize | 14 | window 14 with zero padding, blocks 1,4,7,10 global
                    convmae/convvit-b_coco_vitdet | backbone.dense.windows.globalBlocks | [1,4,7,10] | window 14 with zero padding, blocks 1,4,7,10 global
                    convmae/convvit-b_coco_vitdet | backbone.dense.tables | decomposed | decomposed relative positions, simple feature pyramid
                    convmae/convvit-b_coco_vitdet | backbone.dense.pyramid.form | simple | decomposed relative positions, simple feature pyramid
                    convmae/convvit-b_coco_vitdet | optimizer.lr | 1.0E-4 | AdamW lr 1e-4, wd 0.1, layer decay 0.8 over 11 blocks
                    convmae/convvit-b_coco_vitdet | optimizer.layerDecay | 0.8 | AdamW lr 1e-4, wd 0.1, layer decay 0.8 over 11 blocks
                    convmae/convvit-b_coco_vitdet | run.globalBatch | 16 | batch 16, 184,375 iterations, x0.1 at 163,889 and 177,546, 250 warm-up steps, drop path 0.1
                    convmae/convvit-b_coco_vitdet | schedule.length | 184375 steps | batch 16, 184,375 iterations, x0.1 at 163,889 and 177,546, 250 warm-up steps, drop path 0.1
                    convmae/convvit-b_coco_vitdet | schedule.milestones | ["163889 steps","177546 steps"] | batch 16, 184,375 iterations, x0.1 at 163,889 and 177,546, 250 warm-up steps, drop path 0.1
                    convmae/convvit-b_coco_vitdet | schedule.warmup | 250 steps | batch 16, 184,375 iterations, x0.1 at 163,889 and 177,546, 250 warm-up steps, drop path 0.1
                    itpn/itpn-b_coco_mask-rcnn-1x | optimizer.lr | 2.0E-4 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-b_coco_mask-rcnn-3x | optimizer.lr | 1.5E-4 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-b_coco_cascade-3x | optimizer.lr | 1.0E-4 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-b_coco_mask-rcnn-1x | optimizer.weightDecay | 0.05 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-b_coco_mask-rcnn-1x | optimizer.layerDecay | 0.9 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-clip-l_coco_mask-rcnn-1x | optimizer.layerDecay | 0.95 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-b_coco_mask-rcnn-1x | backbone.dropPath | 0.05 | drop path 0.05 (1x) / 0.2-0.3
                    itpn/itpn-b_coco_cascade-3x | backbone.dropPath | 0.2 | drop path 0.05 (1x) / 0.2-0.3
                    itpn/itpn-b_coco_mask-rcnn-3x | backbone.dropPath | 0.3 | drop path 0.05 (1x) / 0.2-0.3
                    itpn/itpn-clip-b_coco_mask-rcnn-3x | optimizer.lr | 1.5E-4 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-clip-b_coco_cascade-3x | optimizer.lr | 1.0E-4 | AdamW lr 2e-4 (1x; 1.5e-4 3x; 1e-4 cascade), wd 0.05, layer decay 0.90 base / 0.95 large
                    itpn/itpn-clip-b_coco_mask-rcnn-3x | backbone.dropPath | 0.3 | drop path 0.05 (1x) / 0.2-0.3
                    itpn/itpn-clip-b_coco_cascade-3x | backbone.dropPath | 0.2 | drop path 0.05 (1x) / 0.2-0.3
                    itpn/itpn-b_coco_mask-rcnn-1x | schedule.milestones | ["9 epochs","11 epochs"] | steps 9, 11 of 12 epochs, 500 warm-up steps, 32 GPUs x 2 images
                    itpn/itpn-b_coco_mask-rcnn-1x | schedule.length | 12 epochs | steps 9, 11 of 12 epochs, 500 warm-up steps, 32 GPUs x 2 images
                    itpn/itpn-b_coco_mask-rcnn-1x | schedule.warmup | 500 steps | steps 9, 11 of 12 epochs, 500 warm-up steps, 32 GPUs x 2 images
                    itpn/itpn-b_coco_mask-rcnn-1x | run.globalBatch | 64 | steps 9, 11 of 12 epochs, 500 warm-up steps, 32 GPUs x 2 images
                    itpn/itpn-b_coco_mask-rcnn-1x | detector.box.loss | giou | GIoU loss weight 10, 4conv1fc box head
                    itpn/itpn-b_coco_mask-rcnn-1x | detector.box.convs | 4 | GIoU loss weight 10, 4conv1fc box head
                    itpn/itpn-b_coco_mask-rcnn-1x | detector.neck | backbone | neck=None (own pyramid, strides 4-64, the last two by 2x2 average pooling)
                    itpn/itpn-b_coco_mask-rcnn-1x | backbone.dense.pyramid.levels | 5 | neck=None (own pyramid, strides 4-64, the last two by 2x2 average pooling)
                    itpn/itpn-b_coco_mask-rcnn-1x | backbone.neck.depth | 1 | fpn_depth 1 (pixel pre-training has 2: the second block is dropped)
                    itpn/itpn-b_coco_mask-rcnn-1x | backbone.relativePosition | false | iTPN-pixel rpe=False, num_outs 5
                    """)
    void everyFigureEqualsTheReferenceFact(String recipe, String path, String value, String fact) throws IOException {
        assertThat(RecipeFiguresTest.notes(recipe)).contains(fact);
        assertThat(RecipeFiguresTest.at(recipe, path)).isEqualTo(value);
    }

    /** The rows of the table of ViT-Adapter's notes, whose columns are divided as these tests' are. */
    @ParameterizedTest
    @CsvSource({
        "vit-adapter-b16_coco_mask-rcnn-3x, mask-rcnn, 0.3",
        "vit-adapter-s16_coco_mask-rcnn-3x, mask-rcnn, 0.2",
        "vit-adapter-s16_coco_cascade-3x, cascade-mask-rcnn, 0.2",
        "vit-adapter-s16_coco_atss-3x, atss, 0.2",
        "vit-adapter-s16_coco_gfl-3x, gfl, 0.2"
    })
    void theLongSchedulesOfViTAdapterAreThoseOfItsNotes(String name, String detector, String dropPath)
            throws IOException {
        String recipe = "vitadapter/" + name;
        assertThat(RecipeFiguresTest.notes(recipe))
                .contains("| Mask/Cascade R-CNN, ATSS, GFL, T/S/B DeiT 3x+MS | 1e-4 | 0.05 | plain | 36 ep, step 27,33"
                        + " (x0.1), linear warm-up 500 it from 0.001 | 8x2 |")
                .contains(
                        "DETR-style: flip; either resize short 480..800 (step 32, long 1333) or resize short 400/500/600"
                                + " + crop 384x600 + that resize; then crop <= 1024x1024; pad 32");
        at(recipe, "optimizer.lr", "1.0E-4");
        at(recipe, "optimizer.weightDecay", "0.05");
        at(recipe, "schedule.length", "36 epochs");
        at(recipe, "schedule.milestones", "[\"27 epochs\",\"33 epochs\"]");
        at(recipe, "schedule.warmup", "500 steps");
        at(recipe, "schedule.warmupRatio", "0.001");
        at(recipe, "run.globalBatch", "16");
        at(recipe, "padding.multiple", "32");
        at(recipe, "detector.type", detector);
        at(recipe, "backbone.vit.dropPath", dropPath);
        at(recipe, "backbone.windows", "[14,14,0,14,14,0,14,14,0,14,14,0]");
        at(recipe, "augment.branches.0.0.scales.0", "[1333,480]");
        at(recipe, "augment.branches.0.0.scales.10", "[1333,800]");
        at(recipe, "augment.branches.1.0.scales", "[[1333,400],[1333,500],[1333,600]]");
        at(recipe, "augment.branches.1.1.least", "384");
        at(recipe, "augment.branches.1.1.most", "600");
        at(recipe, "augment.branches.1.3.most", "1024");
        at(recipe, "inference.scales", "[[1333,800]]");
    }

    @Test
    void theOtherSchedulesOfViTAdapterAreThoseOfItsNotes() throws IOException {
        String large = "vitadapter/vit-adapter-l16_coco_htc-3x", tiny = "vitadapter/vit-adapter-t16_coco_mask-rcnn-1x";
        assertThat(RecipeFiguresTest.notes(large))
                .contains("| HTC++ L | 1e-4 | 0.05 | decay 0.90 | 3x | 1 per GPU | InstaBoost, 1600x(400..1400); test"
                        + " 1600x1400, soft-NMS |")
                .contains(
                        "| Mask R-CNN 1x | 1e-4 (T: 2e-4, wd 0.01) | 0.05 | plain | 12 ep, step 8,11 | 8x2 | 1333x800,"
                                + " flip |");
        at(large, "optimizer.layerDecay", "0.9");
        at(large, "run.microBatch", "1");
        at(large, "augment.branches.0.0.mode", "range");
        at(large, "augment.branches.0.0.scales", "[[1600,400],[1600,1400]]");
        at(large, "augment.moved.probability", "0.5");
        at(large, "inference.scales", "[[1600,1400]]");
        at(large, "detector.results.soft", "true");
        at(large, "detector.results.lowestScore", "0.001");
        at(large, "detector.results.most", "300"); // this and the next two: htc++_augreg_adapter_large_fpn_3x_coco.py
        at(large, "backbone.pretrainSize", "384");
        at(large, "detector.extraAttention", "{\"heads\":32,\"ffnRatio\":4.0,\"dropPath\":0.4}");
        at(tiny, "optimizer.lr", "2.0E-4");
        at(tiny, "optimizer.weightDecay", "0.01");
        at(tiny, "schedule.milestones", "[\"8 epochs\",\"11 epochs\"]");
    }

    /** configs/_base_/models/{cascade_mask_rcnn,mask_rcnn}_r50_fpn.py of both: allowed_border 0 and -1. */
    @ParameterizedTest
    @CsvSource({
        "vitadapter/vit-adapter-s16_coco_cascade-3x, true",
        "itpn/itpn-b_coco_cascade-3x, true",
        "vitadapter/vit-adapter-l16_coco_htc-3x, true",
        "vitadapter/vit-adapter-s16_coco_mask-rcnn-3x, false"
    })
    void cascadesLeaveAnchorsAcrossTheBorderOut(String recipe, String insideOnly) throws IOException {
        at(recipe, "detector.proposals.insideOnly", insideOnly);
    }

    @Test
    void theFileToStartFromIsTheOneOfTheConfiguration() throws IOException {
        assertThat(Files.readString(Path.of("recipes/vitadapter/vit-adapter-l16_coco_htc-3x.yaml")))
                .contains("htc++_augreg_adapter_large_fpn_3x_coco.py", "AugReg's file")
                .doesNotContain("DeiT");
    }

    /** sunsmarterjie/iTPN det/configs/itpn: all that were released have the same views of training images. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "itpn-b_coco_mask-rcnn-1x",
                "itpn-b_coco_mask-rcnn-3x",
                "itpn-b_coco_cascade-3x",
                "itpn-clip-l_coco_mask-rcnn-1x",
                "itpn-clip-b_coco_mask-rcnn-3x",
                "itpn-clip-b_coco_cascade-3x"
            })
    void imagesOfITPNAreSizedInTwoWaysAndNeverCutAtTheEnd(String name) throws IOException {
        String recipe = "itpn/" + name;
        at(recipe, "augment.flip", "0.5");
        at(recipe, "augment.branches.0.0.scales.0", "[1333,480]");
        at(recipe, "augment.branches.0.0.scales.10", "[1333,800]");
        at(recipe, "augment.branches.0.1", "absent");
        at(recipe, "augment.branches.1.0.scales", "[[1333,400],[1333,500],[1333,600]]");
        at(recipe, "augment.branches.1.1.least", "384");
        at(recipe, "augment.branches.1.1.most", "600");
        at(recipe, "augment.branches.1.2.scales.10", "[1333,800]");
        at(recipe, "augment.branches.1.3", "absent");
    }

    /** det/configs/itpn/clip_itpn_large_1x_ld095_dp020.py. */
    @Test
    void theLargeDetectorIsTheOneAfterClip() throws IOException {
        String large = "itpn/itpn-clip-l_coco_mask-rcnn-1x";
        at(large, "backbone.dropPath", "0.2");
        at(large, "backbone.layerScale", "0.1");
        at(large, "backbone.relativePosition", "true");
        at(large, "backbone.depths", "[2,2,40]");
        at(large, "backbone.dim", "768");
        at(large, "schedule.length", "12 epochs");
    }

    /** det/configs/itpn/clip_itpn_base_3x_ld090_dp030.py and cascade_CLIP_itpn_base_3x.py. */
    @ParameterizedTest
    @ValueSource(strings = {"itpn-clip-b_coco_mask-rcnn-3x", "itpn-clip-b_coco_cascade-3x"})
    void theBaseDetectorsAfterClipHaveNoRelativePositions(String name) throws IOException {
        String base = "itpn/" + name;
        at(base, "backbone.layerScale", "0.1");
        at(base, "backbone.relativePosition", "false");
        at(base, "backbone.depths", "[3,3,24]");
        at(base, "backbone.dim", "512");
        at(base, "detector.proposals.loss", "l1");
        at(base, "detector.box.loss", "giou");
        at(base, "schedule.length", "36 epochs");
        at(base, "schedule.milestones", "[\"27 epochs\",\"33 epochs\"]");
    }

    /** detection/configs/htc++/htc++_beitv2_adapter_large_fpn_3x_coco.py. */
    @Test
    void whatHtcOverBeitHasOfItsOwnIsThatOfItsConfiguration() throws IOException {
        String beit = "vitadapter/beit-adapter-l16_coco_htc-3x";
        assertThat(RecipeFiguresTest.notes(beit))
                .contains("BEiT-L detection: every layer windowed, 14 except 56 at layers 5,11,17,23");
        at(
                beit,
                "backbone.windows",
                "[%s]".formatted("14,14,14,14,14,56,".repeat(4).replaceAll(",$", "")));
        at(beit, "backbone.vit.dropPath", "0.4");
        at(beit, "backbone.gammaStart", "1.0E-6");
        at(beit, "backbone.vitFeature", "last");
        at(beit, "detector.extraAttention", "{\"heads\":32,\"ffnRatio\":4.0,\"dropPath\":0.3}");
        at(beit, "detector.results.most", "100");
        at(beit, "optimizer.layerDecay", "0.9");
        at(beit, "inference.scales", "[[1600,1400]]");
        at(beit, "data.mean", "[0.485,0.456,0.406]");
    }

    /** detection/configs/mask_rcnn/mask_rcnn_augreg_adapter_large_fpn_3x_coco.py. */
    @Test
    void maskRcnnFromAugRegIsThatOfItsConfiguration() throws IOException {
        String large = "vitadapter/vit-adapter-l16_coco_mask-rcnn-3x";
        assertThat(RecipeFiguresTest.notes(large))
                .contains("| Mask R-CNN AugReg-L 1x/3x | 1e-4 | 0.05 | decay 0.80 | as above | 8x2 | mean=std=127.5 |");
        at(large, "optimizer.lr", "1.0E-4");
        at(large, "optimizer.weightDecay", "0.05");
        at(large, "optimizer.layerDecay", "0.8");
        at(large, "optimizer.keys", "absent");
        at(large, "data.mean", "[0.5,0.5,0.5]");
        at(large, "data.std", "[0.5,0.5,0.5]");
        at(large, "backbone.vit.dropPath", "0.4");
        at(large, "backbone.pretrainSize", "384");
        at(
                large,
                "backbone.windows",
                "[%s]".formatted("14,14,14,14,14,0,".repeat(4).replaceAll(",$", "")));
        at(large, "augment.branches.1.3.most", "1024");
    }

    private static void at(String recipe, String path, String value) throws IOException {
        assertThat(RecipeFiguresTest.at(recipe, path)).as(path).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    convmae/convvit-b_coco_mask-rcnn | 53.2 box AP, 47.1 mask AP | 53.2 box / 47.1 mask AP
                    convmae/convvit-b_coco_vitdet    | 53.9 box AP, 47.6 mask AP | 53.9 / 47.6 AP
                    """)
    void theExpectedFiguresAreTheReferences(String recipe, String figures, String fact) throws IOException {
        assertThat(RecipeFiguresTest.notes(recipe)).contains(fact);
        assertThat(Files.readString(Path.of("recipes", recipe + ".yaml"))).contains("# Expected: " + figures);
    }
}
