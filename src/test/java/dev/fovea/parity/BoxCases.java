package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Size;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxOverlap;
import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.roi.RegionFeatures;
import dev.fovea.dense.detect.roi.RegionLevels;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Anchors, box coding, suppression and regions: what detectors are made of. */
final class BoxCases {
    static final Map<String, CaseRunner> HEADS = Map.of(
            "anchor_generator", BoxCases::anchors,
            "bbox_coder", BoxCases::coder,
            "nms", BoxCases::nms,
            "roi_align", BoxCases::roiAlign);

    private BoxCases() {}

    private static void anchors(Case given) {
        JsonNode generators = given.config().at("generators");
        for (int g = 0; g < generators.size(); g++) {
            Config config = new Config(given.id() + " generators." + g, generators.get(g));
            AnchorGenerator generator = DetectionSettings.anchors(config);
            List<Size> maps = sizes(config.at("_sizes"));
            Tensor beside = Tensors.zeros(1);
            List<Tensor> anchors = generator.anchors(maps, beside);
            List<Tensor> valid = generator.onImage(maps, config.sizeAt("_pad"), beside);
            for (int level = 0; level < maps.size(); level++) {
                given.check("gen%d.base.%d".formatted(g, level), generator.base(level));
                given.check("gen%d.anchors.%d".formatted(g, level), anchors.get(level));
                given.check("gen%d.valid.%d".formatted(g, level), valid.get(level));
            }
        }
    }

    private static List<Size> sizes(JsonNode pairs) {
        List<Size> sizes = new ArrayList<>();
        pairs.forEach(pair -> sizes.add(Config.size(pair)));
        return sizes;
    }

    private static void coder(Case given) {
        BoxCoder coder = DetectionSettings.coder(given.config());
        Tensor boxes = given.input("rois"), truths = given.input("gts");
        given.check("encoded", coder.encode(boxes, truths));
        given.check("decoded", coder.decode(boxes, given.input("deltas"), null));
        Size image = given.config().sizeAt("_max_shape");
        given.check("decoded_clipped", coder.decode(boxes, given.input("deltas"), image));
        given.check("decoded_multi", coder.decode(boxes, given.input("deltas_multi"), image));
        given.check("iou", BoxOverlap.IOU.pairwise(boxes, truths));
        given.check("iof", BoxOverlap.IOF.pairwise(boxes, truths));
        given.check("giou", BoxOverlap.GIOU.pairwise(boxes, truths));
        given.check("giou_aligned", BoxOverlap.GIOU.aligned(boxes, truths));
    }

    private static void nms(Case given) {
        Config config = given.config();
        Tensor boxes = given.input("boxes"), scores = given.input("scores");
        Suppression plain = new HardNms(config.doubleAt("iou_threshold"));
        check(given, "nms", plain.apply(boxes, scores, null));
        check(given, "batched_nms", plain.apply(boxes, scores, given.input("idxs")));
        for (JsonNode soft : config.at("soft")) {
            Config settings = new Config(given.id() + " soft", soft);
            check(
                    given,
                    "soft_nms_" + settings.textAt("method"),
                    DetectionSettings.softNms(settings).apply(boxes, scores, null));
        }
        Suppression perClass = DetectionSettings.suppression(config.in("nms"));
        int most = config.intAt("max_num");
        multiclass(given, "multiclass_nms", new ClasswiseNms(config.doubleAt("score_thr"), perClass, most));
        // The setting of HTC++, which the notes of the case give: its config does not.
        multiclass(given, "multiclass_soft_nms", new ClasswiseNms(0.001, new SoftNms(0.5), most));
    }

    private static void check(Case given, String name, Suppression.Kept kept) {
        Tensor boxes = given.input("boxes").index_select(0, kept.kept());
        given.check(name + ".dets", Tensors.cat(1, boxes, kept.scores().unsqueeze(1)));
        given.check(name + ".keep", kept.kept());
    }

    private static void multiclass(Case given, String name, ClasswiseNms nms) {
        Tensor scores = given.input("multi_scores");
        ScoredBoxes found = nms.apply(given.input("multi_bboxes"), scores.narrow(1, 0, scores.size(1) - 1));
        given.check(name + ".dets", Tensors.cat(1, found.boxes(), found.scores().unsqueeze(1)));
        given.check(name + ".labels", found.labels());
    }

    private static void roiAlign(Case given) {
        Config config = given.config();
        Tensor map = given.input("x").set_requires_grad(true), regions = given.input("rois");
        RegionFeatures one = new RegionFeatures(List.of(map), config.doubleAt("spatial_scale"));
        Tensor none = Tensors.range(0, regions.size(0)).zero_();
        Tensor output = one.cut(regions, none, DetectionSettings.roiAlign(config));
        Tensor loss = output.mul(given.input("loss_weight")).sum();
        loss.backward();
        given.check("output", output);
        given.check("loss", loss.reshape(1));
        given.checkGradients(Map.of("input.x", map.grad()));
        Config single = config.in("_single");
        List<Tensor> maps = new ArrayList<>();
        for (int i = 0; given.inputs().containsKey("feat" + i); i++) {
            maps.add(given.input("feat" + i));
        }
        Tensor several = given.input("rois_multi");
        Tensor levels = new RegionLevels(single.doubleAt("finest_scale", 56)).of(several, maps.size());
        given.check("levels", levels);
        RegionFeatures pyramid = new RegionFeatures(maps, DetectionSettings.ints(single, "featmap_strides"));
        given.check("multi", pyramid.cut(several, levels, DetectionSettings.roiAlign(single.in("roi_layer"))));
    }
}
