package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.Choice;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.roi.RoiAlign;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Settings of mmdet's parts, with its defaults, as this project's records. */
final class DetectionSettings {
    private DetectionSettings() {}

    static AnchorGenerator anchors(Config config) {
        requireType(config, "AnchorGenerator");
        require(!config.has("centers"), config, "centers of anchors are not supported");
        List<Integer> strides = ints(config, "strides");
        List<Double> scales = config.has("scales")
                ? doubles(config, "scales")
                : AnchorGenerator.octave(config.doubleAt("octave_base_scale"), config.intAt("scales_per_octave"));
        List<Double> sizes = config.has("base_sizes")
                ? doubles(config, "base_sizes")
                : strides.stream().map(Integer::doubleValue).toList();
        return new AnchorGenerator(
                strides,
                doubles(config, "ratios"),
                scales,
                sizes,
                config.boolAt("scale_major", true),
                config.doubleAt("center_offset", 0));
    }

    static BoxCoder coder(Config config) {
        requireType(config, "DeltaXYWHBBoxCoder");
        return new BoxCoder(
                config.has("target_means") ? doubles(config, "target_means") : List.of(0.0, 0.0, 0.0, 0.0),
                config.has("target_stds") ? doubles(config, "target_stds") : List.of(1.0, 1.0, 1.0, 1.0),
                config.boolAt("clip_border", true),
                config.boolAt("add_ctr_clamp", false) ? config.doubleAt("ctr_clamp", 32) : 0);
    }

    static Suppression suppression(Config config) {
        String type = config.textAt("type");
        return switch (type) {
            case "nms" -> new HardNms(config.doubleAt("iou_threshold"), !config.boolAt("class_agnostic", false));
            case "soft_nms" -> softNms(config);
            default -> throw new AssertionError("suppression '%s' is not supported: %s".formatted(type, config));
        };
    }

    static SoftNms softNms(Config config) {
        String method = config.has("method") ? config.textAt("method") : "linear";
        return new SoftNms(
                SoftNms.Method.valueOf(method.toUpperCase(Locale.ROOT)),
                config.doubleAt("iou_threshold", 0.3),
                config.doubleAt("sigma", 0.5),
                config.doubleAt("min_score", 1e-3),
                !config.boolAt("class_agnostic", false));
    }

    static RoiAlign roiAlign(Config config) {
        boolean mean = !config.has("pool_mode") || config.textAt("pool_mode").equals("avg");
        require(mean, config, "regions are pooled by the mean alone");
        return new RoiAlign(
                config.sizeAt("output_size").height(),
                config.intAt("sampling_ratio", 0),
                config.boolAt("aligned", true));
    }

    static MaxIouAssigner assigner(Config config) {
        requireType(config, "MaxIoUAssigner");
        require(config.doubleAt("ignore_iof_thr", -1) <= 0, config, "regions to be ignored are not supported");
        return new MaxIouAssigner(
                config.doubleAt("pos_iou_thr"),
                config.doubleAt("neg_iou_thr"),
                config.doubleAt("min_pos_iou", 0),
                config.boolAt("match_low_quality", true),
                config.boolAt("gt_max_assign_all", true));
    }

    /** Without chance: the cases replace the permutation by an even choice. */
    static BoxSampler sampler(Config config) {
        requireType(config, "RandomSampler");
        return new BoxSampler(
                config.intAt("num"),
                config.doubleAt("pos_fraction"),
                config.doubleAt("neg_pos_ub", -1),
                config.boolAt("add_gt_as_proposals", true),
                Choice.EVEN);
    }

    static List<Integer> ints(Config config, String key) {
        return Arrays.stream(config.intsAt(key)).boxed().toList();
    }

    static List<Double> doubles(Config config, String key) {
        JsonNode value = config.at(key);
        return value.isNumber()
                ? List.of(value.doubleValue())
                : Arrays.stream(config.doublesAt(key)).boxed().toList();
    }

    static void requireType(Config config, String type) {
        require(!config.has("type") || config.textAt("type").equals(type), config, "wanted is a " + type);
    }

    static void require(boolean holds, Config config, String rule) {
        if (!holds) {
            throw new AssertionError(rule + ": " + config);
        }
    }
}
