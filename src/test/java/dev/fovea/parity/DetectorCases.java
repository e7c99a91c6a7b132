package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.roi.CascadeRoiHead;
import dev.fovea.dense.detect.roi.CascadeSpec;
import dev.fovea.dense.detect.roi.MaskHeadSpec;
import dev.fovea.dense.detect.roi.RegionSource;
import dev.fovea.dense.detect.roi.RoiHead;
import dev.fovea.dense.detect.roi.SemanticSpec;
import dev.fovea.dense.detect.roi.StandardRoiHead;
import dev.fovea.dense.detect.rpn.RpnHead;
import dev.fovea.dense.detect.twostage.TwoStageDetector;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;

/** Whole two-stage detectors behind given maps: losses with targets and gradients, and results. */
final class DetectorCases {
    static final Map<String, CaseRunner> HEADS = Map.of(
            "mask_rcnn_train", DetectorCases::train,
            "mask_rcnn_test", DetectorCases::test,
            "cascade_mask_rcnn_train", DetectorCases::train,
            "cascade_mask_rcnn_test", DetectorCases::test,
            "htc_train", DetectorCases::train,
            "htc_test", DetectorCases::test);

    private DetectorCases() {}

    private static void train(Case given) {
        GivenFeatures features = new GivenFeatures(given);
        Detector detector = detector(given.config(), features);
        ReferenceWeights weights = new ReferenceWeights(detector, UnaryOperator.identity());
        weights.load(given);
        detector.train(true);
        List<ImageSize> sizes = DetectionSettings.images(given.config());
        Map<String, Tensor> seen;
        Losses losses;
        try (Tap tap = Tap.open()) {
            losses = detector.losses(features.images(), DetectionHeadCases.truths(given, sizes));
            seen = new LinkedHashMap<>(tap.seen());
        }
        losses.total().mul(given.input("grad_scale")).sum().backward();
        checkSeen(given, seen);
        losses.parts().forEach((name, value) -> {
            boolean perLevel = seen.containsKey(name);
            given.check("loss." + name, perLevel ? seen.get(name) : value.reshape(1));
        });
        given.check("loss", losses.total().reshape(1));
        Map<String, Tensor> gradients = weights.gradients(given);
        features.putGradients(gradients);
        given.checkGradients(gradients);
        DetectionHeadCases.checkBuffers(given, detector);
    }

    private static void checkSeen(Case given, Map<String, Tensor> seen) {
        seen.forEach((name, value) -> {
            if (given.outputs().containsKey(name)) {
                given.check(name, name.endsWith("bbox_weights") ? DetectionHeadCases.fourfold(value) : value);
            }
        });
    }

    private static void test(Case given) {
        GivenFeatures features = new GivenFeatures(given);
        Detector detector = detector(given.config(), features);
        new ReferenceWeights(detector, UnaryOperator.identity()).load(given);
        detector.train(false);
        List<ImageSize> sizes = DetectionSettings.images(given.config());
        try (Tap tap = Tap.open();
                NoGrad off = new NoGrad()) {
            List<DetectionResult> results = detector.detect(features.images(), sizes);
            checkSeen(given, tap.seen());
            for (int i = 0; i < results.size(); i++) {
                checkResult(given, i, results.get(i), sizes.get(i));
            }
        }
    }

    /** The cases list what was found class by class. */
    private static void checkResult(Case given, int image, DetectionResult result, ImageSize size) {
        Tensor order = result.labels().sort(new BoolOptional(true), 0, false).get1();
        Tensor rows = Tensors.cat(1, result.boxes(), result.scores().unsqueeze(1));
        given.check("det_bboxes." + image, rows.index_select(0, order));
        given.check("det_labels." + image, result.labels().index_select(0, order));
        if (result.masks() != null) {
            Tensor masks = DetectionHeadCases.bytes(result.masks(), size.original());
            given.check("det_masks." + image, masks.index_select(0, order));
        }
    }

    private static Detector detector(Config config, GivenFeatures features) {
        Config train = config.in("train_cfg"), test = config.in("test_cfg");
        Config whileTraining = train.has("rpn_proposal") ? train.in("rpn_proposal") : test.in("rpn");
        RpnHead rpn = new RpnHead(
                DetectionSettings.rpn(config.in("rpn_head"), train.in("rpn"), whileTraining, test.in("rpn")));
        Fpn neck = new Fpn(FpnCases.detectionSpec(config.in("neck")));
        int levels = config.in("neck").intAt("num_outs");
        return new TwoStageDetector(
                features,
                new TwoStageDetector.Neck(null, neck, levels),
                rpn,
                roiHead(config.in("roi_head"), train, test.in("rcnn")));
    }

    private static RoiHead roiHead(Config head, Config train, Config test) {
        String type = head.textAt("type");
        return switch (type) {
            case "StandardRoIHead" -> new StandardRoiHead(standard(head, train.in("rcnn"), test));
            case "CascadeRoIHead" -> new CascadeRoiHead(cascade(head, train, test, false));
            case "HybridTaskCascadeRoIHead" -> new CascadeRoiHead(cascade(head, train, test, true));
            default -> throw new AssertionError("second stage '%s' is not supported: %s".formatted(type, head));
        };
    }

    private static RegionSource source(Config head) {
        Config boxes = head.in("bbox_roi_extractor");
        Config masks = head.has("mask_roi_extractor") ? head.in("mask_roi_extractor") : boxes;
        List<Integer> strides = DetectionSettings.ints(boxes, "featmap_strides");
        boolean same = strides.equals(DetectionSettings.ints(masks, "featmap_strides"));
        DetectionSettings.require(same, head, "boxes and masks are cut from the same levels");
        return new RegionSource(strides, DetectionSettings.extractor(boxes), DetectionSettings.extractor(masks));
    }

    private static StandardRoiHead.Spec standard(Config head, Config train, Config test) {
        return new StandardRoiHead.Spec(
                source(head),
                DetectionSettings.boxHead(head.in("bbox_head")),
                head.has("mask_head") ? DetectionSettings.maskHead(head.in("mask_head")) : null,
                DetectionSettings.regionTraining(train),
                DetectionSettings.regionUse(test));
    }

    private static CascadeSpec cascade(Config head, Config train, Config test, boolean hybrid) {
        List<CascadeSpec.Stage> stages = new ArrayList<>();
        double[] weights = head.doublesAt("stage_loss_weights");
        for (int i = 0; i < head.intAt("num_stages"); i++) {
            MaskHeadSpec mask = head.has("mask_head") ? DetectionSettings.maskHead(each(head, "mask_head", i)) : null;
            stages.add(new CascadeSpec.Stage(
                    DetectionSettings.boxHead(each(head, "bbox_head", i)),
                    mask,
                    DetectionSettings.regionTraining(each(train, "rcnn", i)),
                    weights[i]));
        }
        return new CascadeSpec(
                source(head),
                stages,
                head.has("semantic_head") ? semantic(head) : null,
                hybrid && head.boolAt("interleaved", true),
                hybrid && head.boolAt("mask_info_flow", true),
                DetectionSettings.regionUse(test));
    }

    /** The settings of a stage, where one object stands for all. */
    private static Config each(Config config, String key, int stage) {
        JsonNode value = config.at(key);
        return new Config(config + "." + key, value.isArray() ? value.get(stage) : value);
    }

    private static SemanticSpec semantic(Config head) {
        Config branch = head.in("semantic_head"), extractor = head.in("semantic_roi_extractor");
        Config loss = branch.has("loss_seg") ? branch.in("loss_seg") : null;
        DetectionSettings.require(
                loss == null || !loss.boolAt("avg_non_ignore", false) && !loss.has("class_weight"),
                branch,
                "the semantic loss is the plain mean over all cells");
        List<String> fused = new ArrayList<>();
        if (head.has("semantic_fusion")) {
            head.at("semantic_fusion").forEach(name -> fused.add(name.asText()));
        } else {
            fused.addAll(List.of("bbox", "mask"));
        }
        return new SemanticSpec(
                branch.intAt("num_ins"),
                branch.intAt("fusion_level"),
                branch.intAt("in_channels", 256),
                branch.intAt("num_convs", 4),
                branch.intAt("conv_out_channels", 256),
                branch.intAt("num_classes", 183),
                loss == null ? branch.intAt("ignore_label", 255) : loss.intAt("ignore_index", 255),
                loss == null ? branch.doubleAt("loss_weight", 0.2) : loss.doubleAt("loss_weight", 1),
                DetectionSettings.roiAlign(extractor.in("roi_layer")),
                DetectionSettings.ints(extractor, "featmap_strides").get(0),
                fused.contains("bbox"),
                fused.contains("mask"));
    }
}
