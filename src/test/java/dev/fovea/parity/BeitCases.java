package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Beit;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.BeitSpec.Form;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.classify.ClassificationLoss;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.BeitNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** microsoft/unilm beit2: backbone, classifier, segmentation backbone. */
final class BeitCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "classifier_train", BeitCases::classifierTrain,
            "classifier_cls_pool", BeitCases::classifierViews,
            "classifier_intermediate", BeitCases::classifierViews,
            "classifier_resize", BeitCases::classifierResize,
            "segmentation_backbone", BeitCases::segmentationBackbone,
            "segmentation_backbone_p8", BeitCases::segmentationBackbone,
            "segmentation_backbone_train", BeitCases::segmentationTrain);

    private static final int USUAL_SIDE = 224;
    private static final int MAPS = 4;

    private BeitCases() {}

    /** What the constructors of the three files set where a configuration does not. */
    private enum Constructor {
        CLASSIFIER(1e-5, false),
        PRETRAINING(1e-5, true),
        SEGMENTATION(1e-6, false);

        private final double normEps;
        private final boolean qkvBias;

        Constructor(double normEps, boolean qkvBias) {
            this.normEps = normEps;
            this.qkvBias = qkvBias;
        }
    }

    /** The backbone of a classifier or of a tokenizer's half. */
    static BeitSpec spec(Config config) {
        return spec(config, Constructor.CLASSIFIER);
    }

    /** The backbone of masked pre-training. */
    static BeitSpec pretraining(Config config) {
        return spec(config, Constructor.PRETRAINING);
    }

    private static BeitSpec spec(Config config, Constructor constructor) {
        config.requireNoDropout();
        return new BeitSpec(
                config.has("img_size") ? config.sizeAt("img_size") : Size.square(USUAL_SIDE),
                config.intAt("patch_size", 16),
                config.intAt("embed_dim"),
                config.intAt("depth"),
                config.intAt("num_heads"),
                config.doubleAt("mlp_ratio", 4),
                config.doubleAt("drop_path_rate", 0),
                config.doubleAt("init_values", 0),
                relative(config),
                config.boolAt("use_abs_pos_emb", true),
                new Form(
                        config.intAt("in_chans", 3),
                        config.boolAt("qkv_bias", constructor.qkvBias),
                        config.intAt("attn_head_dim", 0),
                        config.doubleAt("qk_scale", 0)),
                constructor == Constructor.SEGMENTATION ? taps(config) : List.of(),
                config.epsAt("norm_layer", constructor.normEps),
                DenseForm.PLAIN);
    }

    private static List<Integer> taps(Config config) {
        if (!config.has("out_indices")) {
            return List.of(3, 5, 7, 11);
        }
        if (config.at("out_indices").size() != MAPS) { // a case about groups of parameters alone
            return List.of();
        }
        return Arrays.stream(config.intsAt("out_indices")).sorted().boxed().toList();
    }

    private static RelativeBias relative(Config config) {
        boolean shared = config.boolAt("use_shared_rel_pos_bias", false);
        if (config.boolAt("use_rel_pos_bias", false)) {
            return shared ? RelativeBias.BOTH : RelativeBias.BLOCK;
        }
        return shared ? RelativeBias.SHARED : RelativeBias.NONE;
    }

    static Classifier classifier(Config config) {
        return new Classifier(spec(config), pooling(config), config.intAt("num_classes"));
    }

    private static Pooling pooling(Config config) {
        return config.boolAt("use_mean_pooling", true) ? Pooling.MEAN : Pooling.TOKEN;
    }

    private static Classifier loaded(Case given) {
        Classifier model = classifier(given.config());
        new ReferenceWeights(model, BeitNames::ours).load(given);
        return model;
    }

    /** The recorded decisions of stochastic depth, in the order in which blocks draw them. */
    static List<Tensor> drops(Case given, String... stacks) {
        Map<String, Tensor> inputs = given.inputs();
        List<Tensor> draws = new ArrayList<>();
        for (String stack : stacks) {
            for (int i = 0; i < inputs.size(); i++) {
                for (String branch : List.of("attn", "mlp")) {
                    Tensor decision = inputs.get("drop.%s.%d.%s".formatted(stack, i, branch));
                    if (decision != null) {
                        draws.add(decision); // floor(keep + 1) = 1 and floor(keep + 0) = 0, as keep is below 1
                    }
                }
            }
        }
        return draws;
    }

    private static void classifierTrain(Case given) {
        Classifier model = classifier(given.config());
        ReferenceWeights weights = new ReferenceWeights(model, BeitNames::ours);
        weights.load(given);
        model.train(given.training());
        Tensor logits;
        Map<String, Tensor> seen;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(drops(given, "blocks"))) {
            logits = model.forward(given.input("image"));
            seen = tap.seen();
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        Tensor labels = given.input("labels"), targets = given.input("soft_targets");
        Tensor loss = ClassificationLoss.smoothed(logits, labels, 0);
        loss.backward();
        given.check("logits", logits);
        given.check("loss", loss);
        given.check("features", seen.get("features"));
        given.check("embedding", seen.get("embedding"));
        checkBlocks(given, seen);
        given.checkGradients(weights.gradients(given));
        Tensor leaf = logits.detach().requires_grad_(true);
        given.check("loss_smoothing", ClassificationLoss.smoothed(leaf, labels, 0.1));
        given.check("dlogits_smoothing", gradient(ClassificationLoss.smoothed(leaf, labels, 0.1), leaf));
        given.check("loss_soft", ClassificationLoss.softTarget(leaf, targets));
        given.check("dlogits_soft", gradient(ClassificationLoss.softTarget(leaf, targets), leaf));
    }

    private static Tensor gradient(Tensor loss, Tensor leaf) {
        leaf.mutable_grad().reset();
        loss.backward();
        return new Tensor(leaf.grad()).clone();
    }

    private static void checkBlocks(Case given, Map<String, Tensor> seen) {
        given.outputs().keySet().stream()
                .filter(name -> name.matches("blocks\\.\\d+"))
                .forEach(name -> given.check(name, seen.get(name)));
    }

    /** Everything that the reference's classifier can be asked for. */
    private static void classifierViews(Case given) {
        Classifier model = loaded(given);
        Beit beit = (Beit) model.backbone();
        model.train(false);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            given.check("logits", model.forward(given.input("image")));
            given.check("features", tap.seen().get("features"));
            given.check("attention", tap.seen().get("attention"));
            List<Tensor> outputs = beit.blockOutputs(beit.embed(given.input("image")), beit.positions());
            Map<String, Tensor> state = model.state();
            Tensor all = afterNorms(model, outputs.get(outputs.size() - 1));
            Tensor allLogits = torch.linear(all, state.get("head.weight"), new TensorOptional(state.get("head.bias")));
            given.check("all_tokens", allLogits);
            given.check("patch_tokens", patches(allLogits));
            for (int i = 0; i < outputs.size(); i++) {
                given.check("get_intermediate_layers." + i, outputs.get(i));
                if (given.outputs().containsKey("get_intermediate_layers_norm." + i)) {
                    given.check("get_intermediate_layers_norm." + i, beit.normed(outputs.get(i)));
                }
            }
            checkIntermediate(given, model, outputs);
        }
    }

    private static void checkIntermediate(Case given, Classifier model, List<Tensor> outputs) {
        for (int i : given.config().intsAt("layer_ids")) {
            given.check("forward_intermediate." + i, patches(outputs.get(i)));
            if (given.outputs().containsKey("forward_intermediate_norm." + i)) {
                given.check("forward_intermediate_norm." + i, patches(afterNorms(model, outputs.get(i))));
            }
        }
        int next = given.config().intAt("layer_id");
        Tensor before = next == 0 ? ((Beit) model.backbone()).embed(given.input("image")) : outputs.get(next - 1);
        given.check(
                "forward_intermediate_int", patches(norm(model, "backbone.blocks.%d.norm1".formatted(next), before)));
    }

    private static Tensor patches(Tensor tokens) {
        return tokens.narrow(1, 1, tokens.size(1) - 1);
    }

    /** The backbone's norm with a class token's head, the head's own with averaged tokens; here over all tokens. */
    private static Tensor afterNorms(Classifier model, Tensor tokens) {
        Tensor normed = ((Beit) model.backbone()).normed(tokens);
        return model.state().containsKey("fc_norm.weight") ? norm(model, "fc_norm", normed) : normed;
    }

    private static Tensor norm(Classifier model, String name, Tensor x) {
        Map<String, Tensor> state = model.state();
        return torch.layer_norm(
                x,
                new long[] {x.size(-1)},
                new TensorOptional(state.get(name + ".weight")),
                new TensorOptional(state.get(name + ".bias")),
                ((Beit) model.backbone()).normEps(),
                false);
    }

    private static void classifierResize(Case given) {
        Classifier model = loaded(given);
        model.train(false);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            given.check("logits", model.forward(given.input("image")));
            for (String name : List.of("pos_embed", "embedding", "features")) {
                given.check(name, tap.seen().get(name));
            }
        }
    }

    /** The segmentation code has layer scales unless their start is null; one of 0 is in the file all the same. */
    static BeitSpec segmentationSpec(Config config) {
        BeitSpec it = spec(config, Constructor.SEGMENTATION);
        return new BeitSpec(
                it.imageSize(),
                it.patchSize(),
                it.dim(),
                it.depth(),
                it.heads(),
                it.mlpRatio(),
                it.dropPath(),
                config.layerScaleAt("init_values", 0),
                it.relativePosition(),
                it.absolutePosition(),
                it.form(),
                it.taps(),
                it.normEps(),
                it.dense());
    }

    private static String segmentationName(String reference) {
        String ours = BeitNames.ours(reference);
        return ours == null ? null : ours.replaceFirst("^backbone\\.", "");
    }

    private static void segmentationBackbone(Case given) {
        Beit model = segmentationSpec(given.config()).build(Use.DENSE);
        new ReferenceWeights(model, BeitCases::segmentationName).load(given);
        model.train(false);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            checkMaps(given, model.pyramid(given.input("image")));
            checkBlocks(given, tap.seen());
        }
    }

    private static void checkMaps(Case given, Pyramid maps) {
        JsonNode taps = given.config().has("out_indices") ? given.config().at("out_indices") : null;
        if (taps != null && taps.size() != MAPS) {
            throw new AssertionError("out_indices %s: there are four maps here".formatted(taps));
        }
        for (int i = 0; i < maps.maps().size(); i++) {
            given.check("fpn." + i, maps.maps().get(i));
        }
    }

    private static void segmentationTrain(Case given) {
        Beit model = segmentationSpec(given.config()).build(Use.DENSE);
        ReferenceWeights weights = new ReferenceWeights(model, BeitCases::segmentationName);
        weights.load(given);
        model.train(given.training());
        Pyramid maps;
        try (Draws.Replay replay = Draws.replay(drops(given, "blocks"))) {
            maps = model.pyramid(given.input("image"));
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        checkMaps(given, maps);
        Tensor loss = Tensors.zeros(1).sum();
        for (int i = 0; i < maps.maps().size(); i++) {
            loss = loss.add(
                    maps.maps().get(i).mul(given.input("cotangent." + i)).sum());
        }
        loss.backward();
        given.check("loss", loss);
        given.checkGradients(weights.gradients(given));
        Map<String, Tensor> after = new LinkedHashMap<>(model.state());
        given.outputs().keySet().stream()
                .filter(name -> name.startsWith("after."))
                .forEach(name -> given.check(name, after.get(segmentationName(name.substring("after.".length())))));
    }
}
