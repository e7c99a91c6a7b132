package dev.fovea.parity;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.beit2.Beit2Spec;
import dev.fovea.pretrain.beit2.ClassTokenSpec;
import dev.fovea.pretrain.beit2.MaskedCodes;
import dev.fovea.pretrain.beit2.Tokenizer;
import dev.fovea.pretrain.beit2.TokenizerSource;
import dev.fovea.weights.BeitNames;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** BEiT v2 pre-training (microsoft/unilm beit2, modeling_pretrain.py and engine_for_pretraining.py). */
final class MaskedCodesCases {
    static final Map<String, CaseRunner> RUNNERS =
            Map.of("mim_train", given -> train(given, false), "mim_cls_train", given -> train(given, true));

    private MaskedCodesCases() {}

    /** The untrained model that a config describes, with the branch where the config says so. */
    static MaskedCodes build(Config config) {
        return build(config, config.has("early_layers"));
    }

    private static MaskedCodes build(Config config, boolean twoBranches) {
        BeitSpec beit = BeitCases.pretraining(config);
        Optional<ClassTokenSpec> branch = twoBranches
                ? Optional.of(new ClassTokenSpec(
                        config.intAt("early_layers", 6),
                        config.intAt("head_layers", 2),
                        config.boolAt("shared_lm_head", true)))
                : Optional.empty();
        Unasked tokenizer = new Unasked(beit.imageSize(), beit.patchSize(), config.intAt("vocab_size"));
        return new Beit2Spec(new BlockMask(1, 1, 0, 1), tokenizer, branch).build(beit);
    }

    private static void train(Case given, boolean twoBranches) {
        MaskedCodes model = build(given.config(), twoBranches);
        ReferenceWeights weights = new ReferenceWeights(model, BeitNames::ours);
        weights.load(given);
        model.train(given.training());
        Tensor hidden = given.input("bool_masked_pos").to(ScalarType.Float);
        Losses losses;
        Map<String, Tensor> seen;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(BeitCases.drops(given, "blocks", "cls_pt_layers"))) {
            losses = model.losses(given.input("image"), hidden, given.input("labels"));
            seen = tap.seen();
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        losses.total().backward();
        check(given, losses, seen, twoBranches);
        given.checkGradients(weights.gradients(given));
    }

    private static void check(Case given, Losses losses, Map<String, Tensor> seen, boolean twoBranches) {
        Map<String, Tensor> parts = losses.parts();
        String first = twoBranches ? "_1" : "";
        given.check("loss", losses.total());
        given.check("logits" + first, seen.get("logits"));
        given.check("mlm_acc" + first, parts.get("patchAccuracy"));
        if (twoBranches) {
            given.check("loss_1", parts.get("patchLoss"));
            given.check("loss_2", parts.get("classTokenLoss"));
            given.check("logits_2", seen.get("logits_cls_pt"));
            given.check("mlm_acc_2", parts.get("classTokenAccuracy"));
        }
        for (String name : given.outputs().keySet()) {
            if (name.matches("embedding|patch_embed|normed(_cls_pt)?|(blocks|cls_pt_layers)\\.\\d+")) {
                given.check(name, seen.get(name));
            }
        }
    }

    /** The case gives the codes. */
    private record Unasked(Size imageSize, int patchSize, int codes) implements TokenizerSource {
        @Override
        public Tokenizer build() {
            return pixels -> {
                throw new AssertionError("the codes are inputs of the case");
            };
        }
    }
}
