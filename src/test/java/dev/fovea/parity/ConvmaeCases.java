package dev.fovea.parity;

import dev.fovea.backbone.ConvVit;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.RelativeTables;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.Use;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Draws;
import dev.fovea.nn.LinearProbeHead;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.convmae.ConvMae;
import dev.fovea.pretrain.convmae.ConvMaeSpec;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.MaeNames;
import dev.fovea.weights.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Alpha-VL/ConvMAE. */
final class ConvmaeCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "convmae_train", ConvmaeCases::train,
            "convmae_classifier_gap", ConvmaeCases::classifier,
            "convmae_classifier_first_token", ConvmaeCases::classifier,
            "convmae_seg_backbone", ConvmaeCases::segmentationBackbone,
            "linprobe_head", ConvmaeCases::linearProbeHead);

    private ConvmaeCases() {}

    /** The full grid shows every recorded intermediate; visible units alone must give the same loss and gradients. */
    private static void train(Case given) {
        TokenMask mask =
                TokenMask.fromNoise(given.input("noise"), given.config().doubleAt("run.mask_ratio"));
        given.check("ids_keep", mask.kept());
        given.check("ids_restore", mask.restore());
        given.check("mask", mask.hidden());
        long side = Math.round(Math.sqrt(mask.units()));
        Tensor map = mask.hidden().reshape(mask.batch(), 1, side, side);
        int[] patches = given.config().intsAt("patch_size");
        given.check("mask_stage1", repeat(map, (long) patches[1] * patches[2]));
        given.check("mask_stage2", repeat(map, patches[2]));
        checkTraining(given, mask, true);
        checkTraining(given, mask, false);
    }

    private static void checkTraining(Case given, TokenMask mask, boolean visibleOnly) {
        ConvMae model = model(given.config(), visibleOnly);
        ReferenceWeights weights = new ReferenceWeights(model, MaeNames::ours);
        weights.load(given);
        Map<String, Tensor> seen;
        Losses losses;
        try (Tap tap = Tap.open()) {
            losses = model.losses(given.input("imgs"), mask);
            seen = new LinkedHashMap<>(tap.seen());
        }
        losses.total().backward();
        given.check("loss", losses.total());
        given.checkGradients(weights.gradients(given));
        seen.put("stage3_visible", seen.get("stage3"));
        List<String> always = List.of(
                "stage3_input_visible",
                "stage3_visible",
                "fused_visible",
                "latent",
                "decoder_input_with_pos",
                "decoder_norm",
                "pred");
        List<String> onFullGrid =
                List.of("patch_embed1", "stage1", "patch_embed2", "stage2", "patch_embed3", "patch_embed4");
        always.forEach(name -> given.check(name, seen.get(name)));
        if (!visibleOnly) {
            onFullGrid.forEach(name -> given.check(name, seen.get(name)));
            for (String name : List.of("stage1_decode", "stage2_decode")) {
                Tensor tokens = seen.get(name); // [B, N, D]
                long side = Math.round(Math.sqrt(tokens.size(1)));
                given.check(name, tokens.transpose(1, 2).reshape(tokens.size(0), tokens.size(2), side, side));
            }
        }
    }

    private static Tensor repeat(Tensor map, long times) {
        return map.repeat_interleave(times, new LongOptional(2), new LongOptional())
                .repeat_interleave(times, new LongOptional(3), new LongOptional());
    }

    /** The pre-training model of a case. */
    private static ConvMae model(Config config, boolean visibleOnly) {
        double mlpRatio = ratios(config).get(0);
        PixelDecoder.Spec decoder = new PixelDecoder.Spec(
                config.intAt("decoder_embed_dim"),
                config.intAt("decoder_depth"),
                config.intAt("decoder_num_heads"),
                mlpRatio);
        return new ConvMaeSpec(
                        config.doubleAt("run.mask_ratio"),
                        decoder,
                        config.boolAt("norm_pix_loss", false),
                        PixelLoss.MSE,
                        ConvMaeSpec.Masking.BLOCKWISE,
                        true,
                        true,
                        visibleOnly)
                .build(spec(config, true));
    }

    /** The backbone of a classifier, whose base class has other defaults than the rest. */
    static ConvVitSpec classifierSpec(Config config) {
        return spec(config, false);
    }

    /**
     * The backbone of a case; {@code img_size} may hold sides or (height, width) pairs.
     *
     * @param qkvBias the constructor's default
     */
    private static ConvVitSpec spec(Config config, boolean qkvBias) {
        config.requireOnly("in_chans", "3");
        config.requireOnly("qk_scale", "null");
        config.requireNoDropout();
        double eps = config.epsAt("norm_layer", 1e-5);
        boolean own = config.boolAt("use_rel_pos_bias", true), shared = config.boolAt("use_shared_rel_pos_bias", false);
        return new ConvVitSpec(
                Config.size(config.at("img_size").get(0)),
                ints(config, "patch_size"),
                ints(config, "embed_dim"),
                ints(config, "depth"),
                config.intAt("num_heads"),
                ratios(config),
                5,
                config.doubleAt("drop_path_rate", 0),
                config.layerScaleAt("init_values", 1),
                own || shared,
                config.boolAt("qkv_bias", qkvBias),
                config.boolAt("use_abs_pos_emb", true),
                eps,
                1e-5,
                ConvVitSpec.SEGMENT
                        .withNormEps(eps)
                        .withTables(
                                own && shared
                                        ? RelativeTables.BOTH
                                        : shared ? RelativeTables.SHARED : RelativeTables.BLOCK));
    }

    static List<Double> ratios(Config config) {
        return config.has("mlp_ratio")
                ? Arrays.stream(config.doublesAt("mlp_ratio")).boxed().toList()
                : List.of(4.0, 4.0, 4.0);
    }

    static List<Integer> ints(Config config, String key) {
        return Arrays.stream(config.intsAt(key)).boxed().toList();
    }

    private static void classifier(Case given) {
        Config config = given.config();
        Pooling pooling = config.boolAt("global_pool", false) ? Pooling.MEAN : Pooling.TOKEN;
        Classifier model = new Classifier(classifierSpec(config), pooling, config.intAt("num_classes"));
        ReferenceWeights weights = new ReferenceWeights(model, MaeNames::ours);
        weights.load(given);
        Map<String, Tensor> seen = MaeCases.checkClassifier(given, model, weights);
        for (String name : List.of("stage1", "stage2", "patch_embed4", "stage3")) {
            given.check(name, seen.get(name));
        }
    }

    private static void segmentationBackbone(Case given) {
        Config config = given.config();
        ConvVitSpec spec = spec(config, true);
        ConvVit model =
                spec.withDropPath(config.doubleAt("drop_path_rate", 0.1)).build(Use.DENSE);
        ReferenceWeights weights = new ReferenceWeights(model, Names.without("rel_pos_bias\\.relative_position_index"));
        weights.load(given);
        Tensor images = given.input("imgs");
        model.train(false);
        try (NoGrad off = new NoGrad()) {
            Pyramid maps = model.pyramid(images);
            for (int i = 0; i < 4; i++) {
                given.check("feature_eval_" + i, maps.maps().get(i));
            }
        }
        model.train(true);
        Pyramid maps;
        try (Draws.Replay replay = Draws.replay(given.dropPathDraws())) {
            maps = model.pyramid(images);
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
        }
        Tensor loss = Tensors.zeros(1).sum();
        for (int i = 0; i < 4; i++) {
            Tensor map = maps.maps().get(i);
            Tensor weighted = map.mul(given.input("cotangent_" + i)).sum();
            loss = loss.add(weighted.mul(new Scalar(0.1 / Math.sqrt(map.numel()))));
        }
        loss.backward();
        given.check("feature_train_2", maps.maps().get(2));
        given.check("feature_train_3", maps.maps().get(3));
        given.check("loss", loss);
        given.check("fpn_running_mean", model.state().get("fpn.1.running_mean"));
        given.check("fpn_running_var", model.state().get("fpn.1.running_var"));
        given.checkGradients(weights.gradients(given));
    }

    private static void linearProbeHead(Case given) {
        Config config = given.config();
        LinearProbeHead head = new LinearProbeHead(config.intAt("in_features"), config.intAt("nb_classes"));
        ReferenceWeights weights = new ReferenceWeights(head, name -> name.replaceFirst("^head\\.", ""));
        weights.load(given);
        Tensor batches = given.input("features_train"), labels = given.input("labels");
        for (int pass = 0; pass < batches.size(0); pass++) {
            Tensor logits = head.forward(batches.select(0, pass));
            Tensor loss = torch.cross_entropy_loss(logits, labels.select(0, pass));
            head.zero_grad(true);
            loss.backward();
            given.check("logits_train_" + pass, logits);
            given.check("loss_" + pass, loss);
            for (String buffer : List.of("running_mean", "running_var", "num_batches_tracked")) {
                given.check(buffer + "_" + pass, head.state().get("0." + buffer));
            }
        }
        given.checkGradients(weights.gradients(given));
        head.train(false);
        given.check("logits_eval", head.forward(given.input("features_eval")));
    }
}
