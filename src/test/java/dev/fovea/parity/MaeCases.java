package dev.fovea.parity;

import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.VitSpec;
import dev.fovea.classify.ClassificationLoss;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.pretrain.mae.MaskedAutoencoder;
import dev.fovea.tensor.NoGrad;
import dev.fovea.weights.MaeNames;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** facebookresearch/mae. */
final class MaeCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "mae_train", MaeCases::train,
            "mae_classifier_gap", MaeCases::classifier,
            "mae_classifier_cls", MaeCases::classifier,
            "patchify", MaeCases::patchify,
            "mixup_losses", MixupCase::run,
            "pos_embed", PosEmbedCase::run);

    private MaeCases() {}

    private static void train(Case given) {
        Config config = given.config();
        MaskedAutoencoder model = autoencoder(config);
        ReferenceWeights weights = new ReferenceWeights(model, MaeNames::ours);
        weights.load(given);
        TokenMask mask = TokenMask.fromNoise(given.input("noise"), config.doubleAt("run.mask_ratio"));
        Map<String, Tensor> seen;
        Losses losses;
        try (Tap tap = Tap.open()) {
            losses = model.losses(given.input("imgs"), mask);
            seen = tap.seen();
        }
        losses.total().backward();
        given.check("loss", losses.total());
        given.check("mask", mask.hidden());
        given.check("ids_restore", mask.restore());
        for (String name : given.outputs().keySet()) {
            String tapped =
                    name.replaceFirst("^encoder_block_", "blocks.").replaceFirst("^decoder_block_", "decoder.blocks.");
            if (seen.containsKey(tapped)) {
                given.check(name, seen.get(tapped));
            }
        }
        given.checkGradients(weights.gradients(given));
    }

    /** The pre-training model of a case. */
    static MaskedAutoencoder autoencoder(Config config) {
        VitSpec vit = vit(config, 0, true);
        PixelDecoder.Spec decoder = new PixelDecoder.Spec(
                config.intAt("decoder_embed_dim"),
                config.intAt("decoder_depth"),
                config.intAt("decoder_num_heads"),
                config.doubleAt("mlp_ratio", 4));
        return new MaeSpec(
                        config.doubleAt("run.mask_ratio"),
                        decoder,
                        config.boolAt("norm_pix_loss", false),
                        PixelLoss.MSE)
                .build(vit);
    }

    /** The network of a classifier, whose base class has other defaults than the network of pre-training. */
    static VitSpec classifierVit(Config config, double dropPath) {
        return vit(config, dropPath, false);
    }

    /** @param qkvBias the constructor's default */
    private static VitSpec vit(Config config, double dropPath, boolean qkvBias) {
        VitSpec spec = new VitSpec(
                config.sizeAt("img_size"),
                config.intAt("patch_size"),
                config.intAt("embed_dim"),
                config.intAt("depth"),
                config.intAt("num_heads"),
                config.doubleAt("mlp_ratio", 4),
                dropPath,
                true,
                PosEmbed.SINCOS,
                List.of());
        config.requireOnly("in_chans", "3");
        config.requireOnly("qk_scale", "null");
        config.requireNoDropout();
        VitSpec normed = spec.withNormEps(config.epsAt("norm_layer", 1e-5));
        return config.boolAt("qkv_bias", qkvBias) ? normed : normed.withoutQkvBias();
    }

    private static void classifier(Case given) {
        Config config = given.config();
        Pooling pooling = config.boolAt("global_pool", false) ? Pooling.MEAN : Pooling.TOKEN;
        VitSpec vit = classifierVit(config, config.doubleAt("drop_path_rate", 0));
        Classifier model = new Classifier(vit, pooling, config.intAt("num_classes"));
        ReferenceWeights weights = new ReferenceWeights(model, MaeNames::ours);
        weights.load(given);
        Map<String, Tensor> seen = checkClassifier(given, model, weights);
        for (String name : given.outputs().keySet()) {
            if (name.matches("block_\\d+")) {
                given.check(name, seen.get(name.replace("block_", "blocks.")));
            }
        }
    }

    /** The train pass with its gradients, then the eval pass; gives back what the eval pass showed. */
    static Map<String, Tensor> checkClassifier(Case given, Classifier model, ReferenceWeights weights) {
        Tensor images = given.input("imgs");
        model.train(true);
        Tensor logits;
        try (Draws.Replay replay = Draws.replay(given.dropPathDraws())) {
            logits = model.forward(images);
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
        }
        Tensor loss = ClassificationLoss.softTarget(logits, given.input("target"));
        loss.backward();
        given.check("logits_train", logits);
        given.check("loss_train", loss);
        given.checkGradients(weights.gradients(given));

        model.train(false);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            given.check("logits_eval", model.forward(images));
            if (given.outputs().containsKey("features_eval")) {
                given.check("features_eval", tap.seen().get("features"));
            }
            return tap.seen();
        }
    }

    private static void patchify(Case given) {
        int patch = given.config().intAt("patch_size");
        long rows = given.config().intAt("img_size") / patch;
        Tensor patches = PixelLoss.patchify(given.input("imgs"), patch);
        given.check("patchified", patches);
        given.check("unpatchified", PixelLoss.unpatchify(given.input("patches"), patch, rows));
        given.check("normalised_target", PixelLoss.normalise(patches));
    }
}
