package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.MapsOnlyBackbone;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.Norm;
import dev.fovea.dense.segment.DecodeHead;
import dev.fovea.dense.segment.FcnHead;
import dev.fovea.dense.segment.SegmentationInference;
import dev.fovea.dense.segment.SegmentationLoss;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.dense.segment.SemanticFpnHead;
import dev.fovea.dense.segment.SlidingWindow;
import dev.fovea.dense.segment.UperHead;
import dev.fovea.dense.segment.View;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The mmsegmentation part of the heads. */
final class SegmentationCases {
    static final Map<String, CaseRunner> HEADS = Map.of(
            "upernet_eval", SegmentationCases::upernet,
            "upernet_train", SegmentationCases::upernet,
            "semantic_fpn_train", SegmentationCases::upernet,
            "slide_inference", SegmentationCases::slide);

    private SegmentationCases() {}

    private static void upernet(Case given) {
        GivenMaps maps = new GivenMaps(given);
        SegmentationModel model = model(given.config(), maps);
        ReferenceWeights weights = new ReferenceWeights(model, SegmentationCases::ours);
        weights.load(given);
        model.train(given.training());
        Tensor labels = labels(given);
        Map<String, Tensor> seen;
        Losses losses;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(dropoutDecisions(given))) {
            losses = model.losses(maps.images(labels), labels);
            seen = new LinkedHashMap<>(tap.seen());
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded dropout decisions were not used");
            }
        }
        losses.total().mul(given.input("grad_scale")).sum().backward();
        checkUpernet(given, seen, losses);
        Map<String, Tensor> gradients = weights.gradients(given);
        maps.features().forEach((name, map) -> gradients.put("input." + name, map.grad()));
        given.checkGradients(gradients);
        DetectionHeadCases.checkBuffers(given, model, SegmentationCases::ours);
    }

    /** A neck belongs to its head here. */
    private static String ours(String reference) {
        return reference.startsWith("neck.") ? "decode_head." + reference : reference;
    }

    private static SegmentationModel model(Config config, GivenMaps maps) {
        Config decode = config.in("decode_head");
        if (config.has("neck")) {
            if (config.has("auxiliary_head")) {
                throw new AssertionError("an auxiliary head behind a neck is not supported: " + config);
            }
            return new SegmentationModel(
                    maps,
                    semanticFpn(config.in("neck"), decode),
                    null,
                    new SegmentationModel.Weights(lossWeight(decode), 0));
        }
        boolean two = config.has("auxiliary_head");
        DecodeHead auxiliary = two ? head(config.in("auxiliary_head")) : null;
        double auxiliaryWeight = two ? lossWeight(config.in("auxiliary_head")) : 0;
        return new SegmentationModel(
                maps, head(decode), auxiliary, new SegmentationModel.Weights(lossWeight(decode), auxiliaryWeight));
    }

    /** Pixels without a label are 255 here, whatever their number in the case. */
    private static Tensor labels(Case given) {
        Tensor labels = given.input("gt_semantic_seg").squeeze(1);
        int ignored = given.config().in("decode_head").intAt("ignore_index", SegmentationLoss.IGNORED);
        return labels.masked_fill(labels.eq(new Scalar(ignored)), new Scalar(SegmentationLoss.IGNORED));
    }

    private static void checkUpernet(Case given, Map<String, Tensor> seen, Losses losses) {
        seen.forEach((name, map) -> {
            if (given.outputs().containsKey(name)) {
                given.check(name, map);
            }
        });
        boolean alone = given.outputs().containsKey("acc_seg"); // without an auxiliary head the case gives no prefix
        losses.parts().forEach((name, value) -> {
            String recorded = alone ? name.substring(name.indexOf('.') + 1) : name;
            if (!alone || given.outputs().containsKey(recorded)) {
                given.check(recorded, value.reshape(1));
            }
        });
        given.check("loss", losses.total().reshape(1));
        if (alone) { // the loss of the one head, weighted, is the whole loss
            given.check("loss", losses.parts().get("decode.loss_ce").reshape(1));
        }
    }

    private static List<Tensor> dropoutDecisions(Case given) {
        Map<String, Tensor> inputs = given.inputs();
        List<Tensor> decisions = new ArrayList<>();
        for (String head : List.of("decode_head", "auxiliary_head")) {
            if (inputs.containsKey("dropout_keep." + head)) {
                decisions.add(inputs.get("dropout_keep." + head));
            }
        }
        return decisions;
    }

    private static void slide(Case given) {
        Config config = given.config(), test = config.in("test_cfg");
        long kernel = given.weights().get("backbone.conv.weight").size(2);
        SegmentationModel model = new SegmentationModel(
                new OneConvolution(config.in("backbone"), (int) kernel), head(config.in("decode_head")));
        new ReferenceWeights(model, UnaryOperator.identity()).load(given);
        model.train(false);
        Size original = size(config.at("_ori_shape"));
        SlidingWindow window = new SlidingWindow(size(test.at("crop_size")), size(test.at("stride")), 3, false);
        boolean aligned = config.in("decode_head").boolAt("align_corners", false);
        SegmentationInference sliding =
                SegmentationInference.sliding(model::forward, window).aligning(aligned);
        SegmentationInference whole =
                SegmentationInference.whole(model::forward).aligning(aligned);
        List<View> views = new ArrayList<>();
        for (int i = 0; i < config.at("_images").size(); i++) {
            View view = new View(given.input("img" + i), flip(given, i));
            views.add(view);
            given.check(
                    "slide_logits." + i,
                    sliding.logits(view.image(), size(config.at("_images").get(i))));
            given.check("slide_logits_rescaled." + i, sliding.logits(view.image(), original));
            given.check("whole_logits_rescaled." + i, whole.logits(view.image(), original));
            given.check("slide_prob." + i, sliding.probabilities(view, original));
        }
        Tensor probabilities = sliding.probabilities(views, original);
        given.check("aug_prob", probabilities);
        given.check("aug_pred", SegmentationInference.classes(probabilities));
        Tensor best = probabilities.topk(2, 1, true, true).get0();
        given.check(
                "aug_margin_min", best.select(1, 0).sub(best.select(1, 1)).min().reshape(1));
    }

    /** What the notes of the case say, such as "img1 has flip=horizontal, img3 flip=vertical"; its config does not. */
    private static View.Flip flip(Case given, int image) {
        Matcher said = Pattern.compile("img%d (has )?flip=(\\w+)".formatted(image))
                .matcher(given.json().get("notes").asText());
        return said.find() ? View.Flip.valueOf(said.group(2).toUpperCase(Locale.ROOT)) : View.Flip.NONE;
    }

    static DecodeHead head(Config config) {
        requirePlainLoss(config);
        return config.textAt("type").equals("UPerHead") ? uperHead(config) : fcnHead(config);
    }

    private static void requirePlainLoss(Config config) {
        Config loss = config.in("loss_decode");
        if (loss.boolAt("use_sigmoid", false) || loss.boolAt("avg_non_ignore", false) || loss.has("class_weight")) {
            throw new AssertionError("only the plain softmax cross entropy is supported, not " + loss);
        }
    }

    private static DecodeHead semanticFpn(Config neck, Config config) {
        requirePlainLoss(config);
        Fpn.Spec fpn = FpnCases.segmentationSpec(neck);
        if (Arrays.stream(config.intsAt("in_channels")).anyMatch(width -> width != fpn.channels())) {
            throw new AssertionError("the head does not read the neck's maps: " + config);
        }
        return new SemanticFpnHead(new SemanticFpnHead.Spec(
                fpn,
                ints(config, "in_index"),
                ints(config, "feature_strides"),
                config.intAt("channels"),
                config.intAt("num_classes"),
                config.doubleAt("dropout_ratio"),
                FpnCases.norm(config, Norm.NONE),
                config.boolAt("align_corners", false)));
    }

    private static DecodeHead uperHead(Config config) {
        int[] read = config.intsAt("in_index");
        if (!Arrays.equals(read, IntStream.range(0, read.length).toArray())) {
            throw new AssertionError("UPerNet reads all maps in order: " + config);
        }
        return new UperHead(new UperHead.Spec(
                ints(config, "in_channels"),
                config.intAt("channels"),
                ints(config, "pool_scales"),
                config.intAt("num_classes"),
                config.doubleAt("dropout_ratio"),
                FpnCases.norm(config, Norm.NONE),
                config.boolAt("align_corners", false)));
    }

    private static DecodeHead fcnHead(Config config) {
        return new FcnHead(new FcnHead.Spec(
                config.intAt("in_channels"),
                config.intAt("in_index"),
                config.intAt("channels"),
                config.intAt("num_convs"),
                config.intAt("num_classes"),
                config.doubleAt("dropout_ratio"),
                config.boolAt("concat_input"),
                FpnCases.norm(config, Norm.NONE),
                config.intAt("kernel_size", 3),
                config.intAt("dilation", 1),
                config.boolAt("align_corners", false)));
    }

    private static double lossWeight(Config head) {
        return head.in("loss_decode").doubleAt("loss_weight", 1);
    }

    private static List<Integer> ints(Config config, String key) {
        return Arrays.stream(config.intsAt(key)).boxed().toList();
    }

    private static Size size(JsonNode pair) {
        return new Size(pair.get(0).asInt(), pair.get(1).asInt());
    }

    /** Stands for a backbone: its maps are the inputs of the case, with gradients. */
    private static final class GivenMaps extends MapsOnlyBackbone {
        private final Map<String, Tensor> features = new LinkedHashMap<>();

        GivenMaps(Case given) {
            for (int i = 0; given.inputs().containsKey("feat" + i); i++) {
                features.put("feat" + i, given.input("feat" + i).set_requires_grad(true));
            }
        }

        Map<String, Tensor> features() {
            return features;
        }

        Tensor images(Tensor labels) {
            return Tensors.zeros(labels.size(0), 3, labels.size(1), labels.size(2));
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

    /** The backbone of the slide case: one strided convolution. */
    private static final class OneConvolution extends MapsOnlyBackbone {
        private final Conv2d conv;

        OneConvolution(Config config, int kernel) {
            Conv2d.Shape shape = Conv2d.Shape.kernel(kernel).padded(kernel / 2).strided(4);
            conv = child("conv", new Conv2d(3, config.intAt("embed_dim"), shape));
        }

        @Override
        public Pyramid pyramid(Tensor images) {
            return new Pyramid(List.of(conv.forward(images)), List.of(4));
        }
    }
}
