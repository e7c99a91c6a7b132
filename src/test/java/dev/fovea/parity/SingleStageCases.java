package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.MapsOnlyBackbone;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.AtssAssigner;
import dev.fovea.dense.detect.single.AtssHead;
import dev.fovea.dense.detect.single.DenseHead;
import dev.fovea.dense.detect.single.DenseTargets;
import dev.fovea.dense.detect.single.GflHead;
import dev.fovea.dense.detect.single.LevelMaps;
import dev.fovea.dense.detect.single.SingleStage;
import dev.fovea.dense.detect.single.TargetRules;
import dev.fovea.dense.detect.single.TestRules;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** ATSS and GFL, on given maps. */
final class SingleStageCases {
    static final Map<String, CaseRunner> HEADS = Map.of(
            "atss_train", SingleStageCases::train,
            "atss_test", SingleStageCases::test,
            "gfl_train", SingleStageCases::train,
            "gfl_test", SingleStageCases::test);

    private static final List<String> SUPPORTED_ASSIGNER = List.of("type", "topk", "ignore_iof_thr");

    private SingleStageCases() {}

    private static void train(Case given) {
        Maps maps = new Maps(given);
        SingleStage model = model(given, maps);
        ReferenceWeights weights = new ReferenceWeights(model, UnaryOperator.identity());
        weights.load(given);
        model.train(true);
        List<GroundTruth> truths = truths(given);
        Losses losses = model.losses(maps.images(), truths);
        given.check("loss", losses.total().reshape(1));
        losses.total().mul(given.input("grad_scale")).sum().backward();
        Map<String, Tensor> gradients = weights.gradients(given);
        maps.features().forEach((name, map) -> gradients.put("input." + name, map.grad()));
        given.checkGradients(gradients);
        try (NoGrad off = new NoGrad()) {
            checkLevels(given, model, maps, truths);
        }
    }

    private static void checkLevels(Case given, SingleStage model, Maps maps, List<GroundTruth> truths) {
        List<LevelMaps> said = model.head().forward(model.maps(maps.images()));
        DenseTargets targets = model.head().targets(said, truths);
        model.head()
                .levelLosses(said, targets)
                .forEach((name, levels) -> given.check("loss." + name, Tensors.stack(0, levels)));
        given.check("num_pos_neg", Tensors.of(new long[] {targets.positives(), targets.negatives()}, 2));
        long from = 0;
        for (int i = 0; i < said.size(); i++) {
            long count = targets.anchors().get(i).size(0);
            given.check("target.labels." + i, targets.labels().narrow(1, from, count));
            given.check("target.label_weights." + i, targets.labelWeights().narrow(1, from, count));
            given.check("target.bbox_targets." + i, targets.boxes().narrow(1, from, count));
            given.check("target.bbox_weights." + i, targets.boxWeights().narrow(1, from, count));
            from += count;
        }
    }

    private static void test(Case given) {
        Maps maps = new Maps(given);
        SingleStage model = model(given, maps);
        new ReferenceWeights(model, UnaryOperator.identity()).load(given);
        model.train(false);
        try (NoGrad off = new NoGrad()) {
            List<LevelMaps> said = model.head().forward(model.maps(maps.images()));
            for (int i = 0; i < said.size(); i++) {
                given.check("cls_score." + i, said.get(i).classes());
                given.check("bbox_pred." + i, said.get(i).boxes());
                if (said.get(i).quality() != null) {
                    given.check("centerness." + i, said.get(i).quality());
                }
            }
            List<DetectionResult> results = model.detect(maps.images(), sizes(given));
            for (int b = 0; b < results.size(); b++) {
                DetectionResult found = results.get(b);
                given.check(
                        "det_bboxes." + b,
                        Tensors.cat(1, found.boxes(), found.scores().unsqueeze(1)));
                given.check("det_labels." + b, found.labels());
            }
        }
    }

    private static SingleStage model(Case given, Maps maps) {
        Config config = given.config();
        return new SingleStage(maps, FpnCases.detectionSpec(config.in("neck")), head(config));
    }

    static DenseHead head(Config config) {
        Config head = config.in("bbox_head");
        for (String unsupported : List.of("conv_cfg", "dcn_on_last_conv", "train_cfg", "test_cfg")) {
            DetectionSettings.require(!head.has(unsupported), head, unsupported + " is not supported");
        }
        DenseHead.Settings settings = new DenseHead.Settings(
                head.intAt("in_channels"),
                head.intAt("feat_channels", 256),
                head.intAt("stacked_convs", 4),
                FpnCases.norm(head, Norm.group(32)),
                head.intAt("num_classes"),
                DetectionSettings.anchors(head.in("anchor_generator")),
                targets(config.in("train_cfg")),
                test(config.in("test_cfg")));
        Config box = loss(head, "loss_bbox", "GIoULoss");
        if (head.textAt("type").equals("ATSSHead")) {
            DetectionSettings.require(head.intAt("pred_kernel_size", 3) == 3, head, "last convolutions are 3 x 3");
            Config cls = loss(head, "loss_cls", "FocalLoss");
            Config centerness = loss(head, "loss_centerness", "CrossEntropyLoss");
            return new AtssHead(
                    settings,
                    DetectionSettings.coder(head.in("bbox_coder")),
                    new AtssHead.LossSettings(
                            cls.doubleAt("alpha", 0.25),
                            cls.doubleAt("gamma", 2),
                            weight(cls),
                            weight(box),
                            weight(centerness)));
        }
        DetectionSettings.requireType(head, "GFLHead");
        Config cls = loss(head, "loss_cls", "QualityFocalLoss");
        return new GflHead(
                settings,
                new GflHead.LossSettings(
                        head.intAt("reg_max", 16),
                        cls.doubleAt("beta", 2),
                        weight(cls),
                        weight(box),
                        weight(loss(head, "loss_dfl", "DistributionFocalLoss"))));
    }

    private static Config loss(Config head, String key, String type) {
        Config loss = head.in(key);
        DetectionSettings.requireType(loss, type);
        DetectionSettings.require(loss.boolAt("use_sigmoid", true), loss, "losses of classes are by sigmoid");
        DetectionSettings.require(
                !loss.has("reduction") || loss.textAt("reduction").equals("mean"), loss, "losses are means");
        return loss;
    }

    private static double weight(Config loss) {
        return loss.doubleAt("loss_weight", 1);
    }

    private static TargetRules targets(Config config) {
        Config assigner = config.in("assigner");
        DetectionSettings.requireType(assigner, "ATSSAssigner");
        DetectionSettings.require(
                assigner.doubleAt("ignore_iof_thr", -1) <= 0, assigner, "regions to be ignored are not supported");
        DetectionSettings.require(!assigner.has("alpha"), assigner, "only these are supported: " + SUPPORTED_ASSIGNER);
        return new TargetRules(
                new AtssAssigner(assigner.intAt("topk")).nearest(),
                config.doubleAt("allowed_border", -1),
                config.doubleAt("pos_weight", -1));
    }

    private static TestRules test(Config config) {
        return new TestRules(
                config.doubleAt("score_thr"),
                config.intAt("nms_pre", 1000),
                DetectionSettings.suppression(config.in("nms")),
                config.intAt("max_per_img"));
    }

    private static List<ImageSize> sizes(Case given) {
        List<ImageSize> sizes = new ArrayList<>();
        for (JsonNode meta : given.config().at("_img_metas")) {
            JsonNode scale = meta.get("scale_factor");
            sizes.add(new ImageSize(
                    Config.size(meta.get("img_shape")),
                    Config.size(meta.get("pad_shape")),
                    Config.size(meta.get("ori_shape")),
                    scale.get(0).asDouble(),
                    scale.get(1).asDouble()));
        }
        return sizes;
    }

    private static List<GroundTruth> truths(Case given) {
        List<ImageSize> sizes = sizes(given);
        List<GroundTruth> truths = new ArrayList<>();
        for (int b = 0; b < sizes.size(); b++) {
            truths.add(new GroundTruth(
                    sizes.get(b),
                    given.input("gt_bboxes." + b),
                    given.input("gt_labels." + b).to(ScalarType.Long)));
        }
        return truths;
    }

    /** The maps of the case in place of a backbone's. */
    private static final class Maps extends MapsOnlyBackbone {
        private final Map<String, Tensor> features = new LinkedHashMap<>();
        private final Size padded;

        Maps(Case given) {
            int height = 0, width = 0;
            for (ImageSize size : sizes(given)) {
                height = Math.max(height, size.padded().height());
                width = Math.max(width, size.padded().width());
            }
            padded = new Size(height, width);
            for (int i = 0; given.inputs().containsKey("feat" + i); i++) {
                features.put("feat" + i, given.input("feat" + i).set_requires_grad(true));
            }
        }

        Map<String, Tensor> features() {
            return features;
        }

        /** Stand-ins of the batch's size. */
        Tensor images() {
            long batch = features.get("feat0").size(0);
            return Tensors.zeros(batch, 3, padded.height(), padded.width());
        }

        @Override
        public Pyramid pyramid(Tensor images) {
            List<Tensor> maps = List.copyOf(features.values());
            return new Pyramid(
                    maps,
                    maps.stream()
                            .map(map -> (int) (images.size(2) / map.size(2)))
                            .toList());
        }
    }
}
