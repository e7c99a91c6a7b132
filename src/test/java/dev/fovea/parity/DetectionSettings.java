package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Size;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.Choice;
import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.roi.BoxHeadSpec;
import dev.fovea.dense.detect.roi.MaskHeadSpec;
import dev.fovea.dense.detect.roi.RegionExtractor;
import dev.fovea.dense.detect.roi.RegionLevels;
import dev.fovea.dense.detect.roi.RegionTraining;
import dev.fovea.dense.detect.roi.RegionUse;
import dev.fovea.dense.detect.roi.RoiAlign;
import dev.fovea.dense.detect.rpn.ProposalRule;
import dev.fovea.dense.detect.rpn.RpnSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Settings of mmdet's parts, with its defaults, as this project's records. */
final class DetectionSettings {
    private DetectionSettings() {}

    static AnchorGenerator anchors(Config config) {
        requireType(config, "AnchorGenerator");
        require(!config.has("centers"), config, "centers of anchors are not supported");
        List<Integer> strides = new ArrayList<>();
        for (JsonNode stride : config.at("strides")) {
            boolean square =
                    stride.isInt() || stride.get(0).intValue() == stride.get(1).intValue();
            require(square, config, "strides that differ across and down are not supported");
            strides.add(stride.isInt() ? stride.intValue() : stride.get(0).intValue());
        }
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
        require(
                !config.has("max_num") && !config.has("score_threshold"),
                config,
                "bounds inside a suppression are not supported");
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
        Size side = config.sizeAt("output_size");
        require(side.height() == side.width(), config, "regions are square");
        return new RoiAlign(side.height(), config.intAt("sampling_ratio", 0), config.boolAt("aligned", true));
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

    static BoxLoss boxLoss(Config config) {
        double weight = config.doubleAt("loss_weight", 1);
        String type = config.textAt("type");
        return switch (type) {
            case "L1Loss" -> new BoxLoss(BoxLoss.Kind.L1, 0, weight);
            case "SmoothL1Loss" -> new BoxLoss(BoxLoss.Kind.SMOOTH_L1, config.doubleAt("beta", 1), weight);
            case "IoULoss" -> {
                boolean log =
                        config.has("mode") ? config.textAt("mode").equals("log") : !config.boolAt("linear", false);
                require(log, config, "only the logarithm of the overlap is supported");
                yield new BoxLoss(BoxLoss.Kind.LOG_IOU, 0, weight);
            }
            case "GIoULoss" -> new BoxLoss(BoxLoss.Kind.GIOU, 0, weight);
            default -> throw new AssertionError("loss of boxes '%s' is not supported: %s".formatted(type, config));
        };
    }

    private static double scoreWeight(Config loss, boolean sigmoid) {
        requireType(loss, "CrossEntropyLoss");
        require(loss.boolAt("use_sigmoid", false) == sigmoid, loss, "use_sigmoid " + !sigmoid + " is not supported");
        require(!loss.has("class_weight"), loss, "class_weight is not supported");
        require(!loss.has("ignore_index"), loss, "ignore_index is not supported");
        return loss.doubleAt("loss_weight", 1);
    }

    /** @param proposals the rule while training; the rule in use where there is none */
    static RpnSpec rpn(Config head, Config train, Config proposals, Config test) {
        requireType(head, "RPNHead");
        return new RpnSpec(
                head.intAt("in_channels"),
                head.intAt("feat_channels", 256),
                head.intAt("num_convs", 1),
                anchors(head.in("anchor_generator")),
                coder(head.in("bbox_coder")),
                boxLoss(head.in("loss_bbox")),
                head.boolAt("reg_decoded_bbox", false),
                scoreWeight(head.in("loss_cls"), true),
                new RpnSpec.Training(
                        assigner(train.in("assigner")),
                        sampler(train.in("sampler")),
                        train.doubleAt("allowed_border", -1),
                        train.doubleAt("pos_weight", -1)),
                proposalRule(proposals),
                proposalRule(test));
    }

    private static ProposalRule proposalRule(Config config) {
        return new ProposalRule(
                Math.max(0, config.intAt("nms_pre", -1)),
                config.intAt("max_per_img"),
                suppression(config.in("nms")),
                config.doubleAt("min_bbox_size", 0));
    }

    static BoxHeadSpec boxHead(Config config) {
        String type = config.textAt("type");
        require(!config.boolAt("with_avg_pool", false), config, "pooling before the linear layers is not supported");
        BoxHeadSpec.Layers shared =
                switch (type) {
                    case "Shared2FCBBoxHead" -> new BoxHeadSpec.Layers(0, 2);
                    case "Shared4Conv1FCBBoxHead" -> new BoxHeadSpec.Layers(4, 1);
                    case "ConvFCBBoxHead" -> layers(config, "shared");
                    default ->
                        throw new AssertionError("head for boxes '%s' is not supported: %s".formatted(type, config));
                };
        return new BoxHeadSpec(
                config.intAt("in_channels"),
                config.intAt("roi_feat_size", 7),
                shared,
                layers(config, "cls"),
                layers(config, "reg"),
                config.intAt("conv_out_channels", 256),
                config.intAt("fc_out_channels", 1024),
                FpnCases.norm(config, Norm.NONE),
                config.intAt("num_classes", 80),
                config.boolAt("reg_class_agnostic", false),
                config.boolAt("reg_decoded_bbox", false),
                coder(config.in("bbox_coder")),
                boxLoss(config.in("loss_bbox")),
                scoreWeight(config.in("loss_cls"), false));
    }

    private static BoxHeadSpec.Layers layers(Config config, String branch) {
        return new BoxHeadSpec.Layers(
                config.intAt("num_" + branch + "_convs", 0), config.intAt("num_" + branch + "_fcs", 0));
    }

    static MaskHeadSpec maskHead(Config config) {
        boolean hybrid = config.textAt("type").equals("HTCMaskHead");
        require(hybrid || config.textAt("type").equals("FCNMaskHead"), config, "this head for masks is not supported");
        require(config.in("loss_mask").boolAt("use_mask"), config, "masks want use_mask");
        return new MaskHeadSpec(
                config.intAt("in_channels", 256),
                config.intAt("num_convs", 4),
                config.intAt("conv_out_channels", 256),
                config.intAt("conv_kernel_size", 3),
                FpnCases.norm(config, Norm.NONE),
                config.intAt("num_classes", 80),
                config.boolAt("class_agnostic", false),
                hybrid && config.boolAt("with_conv_res", true),
                upsampling(config),
                config.in("loss_mask").doubleAt("loss_weight", 1));
    }

    private static MaskHeadSpec.Upsampling upsampling(Config config) {
        if (!config.has("upsample_cfg")) {
            return MaskHeadSpec.Upsampling.TRANSPOSED;
        }
        Config up = config.in("upsample_cfg");
        if (!up.has("type")) {
            return MaskHeadSpec.Upsampling.NONE;
        }
        require(up.intAt("scale_factor", 2) == 2, config, "masks are doubled, not enlarged otherwise");
        return switch (up.textAt("type")) {
            case "deconv" -> MaskHeadSpec.Upsampling.TRANSPOSED;
            case "nearest" -> MaskHeadSpec.Upsampling.NEAREST;
            case "bilinear" -> MaskHeadSpec.Upsampling.BILINEAR;
            default -> throw new AssertionError("this upsampling of masks is not supported: " + config);
        };
    }

    /** @param train an rcnn part of a train_cfg */
    static RegionTraining regionTraining(Config train) {
        require(!train.boolAt("soft_mask_target", false), train, "targets of masks are zeros and ones");
        return new RegionTraining(
                assigner(train.in("assigner")),
                sampler(train.in("sampler")),
                train.intAt("mask_size", 28),
                train.doubleAt("pos_weight", -1));
    }

    /** @param test an rcnn part of a test_cfg */
    static RegionUse regionUse(Config test) {
        ClasswiseNms nms = new ClasswiseNms(
                test.doubleAt("score_thr"), suppression(test.in("nms")), Math.max(0, test.intAt("max_per_img", -1)));
        return new RegionUse(nms, test.doubleAt("mask_thr_binary", 0.5));
    }

    static RegionExtractor extractor(Config config) {
        requireType(config, "SingleRoIExtractor");
        return new RegionExtractor(
                roiAlign(config.in("roi_layer")), new RegionLevels(config.doubleAt("finest_scale", 56)));
    }

    static List<ImageSize> images(Config config) {
        List<ImageSize> sizes = new ArrayList<>();
        for (JsonNode node : config.at("_img_metas")) {
            Config meta = new Config("_img_metas", node);
            double[] scale = meta.doublesAt("scale_factor");
            sizes.add(new ImageSize(
                    meta.sizeAt("img_shape"), meta.sizeAt("pad_shape"), meta.sizeAt("ori_shape"), scale[0], scale[1]));
        }
        return sizes;
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
