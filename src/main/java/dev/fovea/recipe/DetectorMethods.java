package dev.fovea.recipe;

import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.query.Mask2FormerDetectorSpec;
import dev.fovea.dense.detect.single.AtssSpec;
import dev.fovea.dense.detect.single.GflSpec;
import dev.fovea.dense.detect.twostage.CascadeMaskRcnnSpec;
import dev.fovea.dense.detect.twostage.HtcSpec;
import dev.fovea.dense.detect.twostage.MaskRcnnSpec;
import dev.fovea.recipe.Methods.Method;
import java.util.List;
import java.util.Map;

/** The detectors that a recipe can name, and how they tell results that overlap. */
final class DetectorMethods {
    /** What ATSS and GFL share with their published configurations. */
    private static final String DENSE = "frame: {channels: 256, levels: 5, stacked: 4, normGroups: 32, anchorScale: 8},"
            + " targets: {nearest: 9, border: -1, positiveWeight: -1},"
            + " results: {lowestScore: 0.05, candidates: 1000, suppression: {type: nms, iou: 0.6}, most: 100}";

    private static Method dense(String name, Class<? extends Record> type, String losses) {
        return new Method(name, type, "{%s, losses: {%s}}".formatted(DENSE, losses), Map.of());
    }

    /** Two-stage detectors as published; HTC is the form HTC++. */
    private static Method twoStage(String name, Class<? extends Record> type, String proposals, String rest) {
        String all =
                "{neck: fpn, channels: 256, mask: {convs: 4, normed: false}, proposals: {anchorScale: 8, ratios: [0.5, 1, 2],"
                        + " convs: 1, anchors: 256, perLevelWhileTraining: 2000, perLevel: 1000, most: 1000, iou: 0.7, %s}, %s}";
        return new Method(name, type, all.formatted(proposals, rest), Map.of());
    }

    /** The cascades': ViT-Adapter and iTPN configs/_base_/models/cascade_mask_rcnn_r50_fpn.py, allowed_border 0. */
    private static final String REFINED = "loss: smooth-l1, insideOnly: true, mostWhileTraining: 2000";

    private static final String SCORED =
            "results: {lowestScore: 0.05, iou: 0.5, soft: false, most: 100, maskThreshold: 0.5}";

    static final List<Method> ALL = List.of(
            twoStage(
                    "mask-rcnn",
                    MaskRcnnSpec.class,
                    "loss: l1, insideOnly: false, mostWhileTraining: 1000",
                    "box: {convs: 0, normed: false, linears: 2, units: 1024, loss: l1, agnostic: false, regions: 512}, "
                            + SCORED),
            twoStage(
                    "cascade-mask-rcnn",
                    CascadeMaskRcnnSpec.class,
                    REFINED,
                    "box: {convs: 4, normed: true, linears: 1, units: 1024, loss: giou, agnostic: false, regions: 512}, "
                            + SCORED),
            twoStage(
                    "htc",
                    HtcSpec.class,
                    REFINED,
                    "box: {convs: 4, normed: false, linears: 1, units: 1024, loss: smooth-l1, agnostic: true, regions: 512},"
                            + " semantic: {classes: 183, convs: 4, weight: 0.2},"
                            + " results: {lowestScore: 0.001, iou: 0.5, soft: true, most: 100, maskThreshold: 0.5}"),
            dense("atss", AtssSpec.class, "alpha: 0.25, gamma: 2, classWeight: 1, boxWeight: 2, centernessWeight: 1"),
            dense("gfl", GflSpec.class, "most: 16, beta: 2, classWeight: 1, boxWeight: 2, sideWeight: 0.25"),
            new Method(
                    "mask2former",
                    Mask2FormerDetectorSpec.class,
                    "{%s, most: 100}".formatted(Mask2FormerBlock.DEFAULTS),
                    Map.of()));

    static final List<Method> SUPPRESSIONS = List.of(
            new Method("nms", HardNms.class, "{groupwise: true}", Map.of()),
            new Method(
                    "soft-nms",
                    SoftNms.class,
                    "{method: linear, sigma: 0.5, lowest: 0.001, groupwise: true}",
                    Map.of()));

    private DetectorMethods() {}
}
