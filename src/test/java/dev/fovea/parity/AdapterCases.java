package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.adapter.AttentionSpec;
import dev.fovea.dense.adapter.Interaction;
import dev.fovea.dense.adapter.VitAdapter;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.dense.adapter.VitAdapterSpec.VitFeature;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.AdapterNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** czczup/ViT-Adapter: whole backbones over a plain vision transformer and over BEiT, both copies of the code. */
final class AdapterCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "vit_adapter_seg_eval", given -> backbone(given, vit(given.config(), VitFeature.EACH)),
            "vit_adapter_seg_train", given -> backbone(given, vit(given.config(), VitFeature.EACH)),
            "vit_adapter_seg_light_eval", given -> backbone(given, vit(given.config(), VitFeature.EACH)),
            "vit_adapter_det_eval", given -> backbone(given, vit(given.config(), VitFeature.LAST)),
            "vit_adapter_det_train", given -> backbone(given, vit(given.config(), VitFeature.LAST)),
            "beit_adapter_seg_eval", given -> backbone(given, beit(given.config(), VitFeature.EACH)),
            "beit_adapter_seg_train", given -> backbone(given, beit(given.config(), VitFeature.EACH)),
            "beit_adapter_det_eval", given -> backbone(given, beit(given.config(), version(given.config()))));

    /** A rate below 1 rounds 1 - tenth of it up and 0 down, so that decisions stand for the draws they came from. */
    private static final double ALMOST_ONE = 1 - 1e-6;

    /** Of images, where a configuration of a plain vision transformer says nothing. */
    private static final int USUAL_SIDE = 224;

    private AdapterCases() {}

    /** What a configuration names by its type. */
    static VitAdapterSpec named(Config config, VitFeature feature) {
        String type = config.textAt("type");
        return switch (type) {
            case "ViTAdapter" -> vit(config, feature);
            case "BEiTAdapter" -> beit(config, feature);
            default -> throw new AssertionError("backbone '%s' is not supported: %s".formatted(type, config));
        };
    }

    private static VitAdapterSpec vit(Config config, VitFeature feature) {
        VitSpec plain = new VitSpec(
                        config.has("img_size") ? config.sizeAt("img_size") : Size.square(USUAL_SIDE),
                        config.intAt("patch_size", 16),
                        config.intAt("embed_dim"),
                        config.intAt("depth"),
                        config.intAt("num_heads"),
                        config.doubleAt("mlp_ratio", 4),
                        config.doubleAt("drop_path_rate", 0),
                        true,
                        PosEmbed.LEARNED,
                        List.of())
                .withLayerScale(config.boolAt("layer_scale", true) ? 1 : 0);
        return adapter(config, config.boolAt("qkv_bias", true) ? plain : plain.withoutQkvBias(), feature);
    }

    /** The reference's default is its newer version. */
    static VitFeature version(Config config) {
        return config.has("version") && config.textAt("version").equals("old") ? VitFeature.EACH : VitFeature.LAST;
    }

    /** The detection code is the one with windows. */
    static VitAdapterSpec beit(Config config, VitFeature feature) {
        BeitSpec plain = new BeitSpec(
                config.sizeAt("img_size"),
                config.intAt("patch_size", 16),
                config.intAt("embed_dim"),
                config.intAt("depth"),
                config.intAt("num_heads"),
                config.doubleAt("mlp_ratio", 4),
                config.doubleAt("drop_path_rate", 0),
                // The adapter hands its own 0 on where nothing is given, which the blocks take for a start.
                config.layerScaleAt("init_values", Double.MIN_NORMAL),
                // The detection code makes its tables whatever the setting says.
                config.has("window_attn") || config.boolAt("use_rel_pos_bias", true)
                        ? BeitSpec.RelativeBias.BLOCK
                        : BeitSpec.RelativeBias.NONE,
                config.boolAt("use_abs_pos_emb", false),
                new BeitSpec.Form(3, config.boolAt("qkv_bias", false), 0, 0),
                List.of());
        return adapter(config, plain, feature);
    }

    private static VitAdapterSpec adapter(Config config, BackboneSpec plain, VitFeature feature) {
        config.requireOnly("in_chans", "3");
        config.requireOnly("qk_scale", "null");
        config.requireNoDropout();
        if (config.epsAt("norm_layer", 1e-6) != 1e-6) {
            throw new AssertionError("norm_layer: an adapter's norms have eps 1e-6, not " + config.at("norm_layer"));
        }
        boolean added = config.boolAt("add_vit_feature", true);
        List<Integer> groups = groups(config);
        return new VitAdapterSpec(
                plain,
                config.intAt("pretrain_size", 0),
                windows(config, plain instanceof BeitSpec),
                groups,
                config.intAt("conv_inplane", 64),
                Interaction.Parts.ALL,
                new AttentionSpec(
                        AttentionSpec.Reach.DEFORMABLE,
                        config.intAt("deform_num_heads", 6),
                        config.intAt("n_points", 4),
                        config.doubleAt("deform_ratio", 1)),
                config.doubleAt("init_values", 0),
                config.boolAt("with_cffn", true) ? config.doubleAt("cffn_ratio", 0.25) : 0,
                config.boolAt("use_extra_extractor", true) ? 2 : 0,
                added ? feature : VitFeature.NONE);
    }

    /** A case about checkpoints alone names no groups: any will do. */
    private static List<Integer> groups(Config config) {
        if (!config.has("interaction_indexes")) {
            return List.of(config.intAt("depth"));
        }
        List<Integer> groups = new ArrayList<>();
        for (JsonNode ends : config.at("interaction_indexes")) {
            groups.add(ends.get(1).asInt() - ends.get(0).asInt() + 1);
        }
        return groups;
    }

    /** A BEiT block without windows is one whose window is the whole map. */
    private static List<Integer> windows(Config config, boolean always) {
        List<Integer> windows = new ArrayList<>();
        if (config.has("window_attn")) {
            JsonNode windowed = config.at("window_attn");
            for (int i = 0; i < config.intAt("depth"); i++) {
                boolean sized = always || (windowed.isArray() ? windowed.get(i) : windowed).asBoolean();
                JsonNode side = config.at("window_size");
                windows.add(sized ? (side.isArray() ? side.get(i) : side).asInt() : 0);
            }
        }
        return windows;
    }

    private static void backbone(Case given, VitAdapterSpec spec) {
        VitAdapter model = spec.build(Use.DENSE);
        ReferenceWeights weights = new ReferenceWeights(model, AdapterNames::ours);
        weights.load(given);
        model.train(given.training());
        List<Tensor> maps;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(drops(given, spec))) {
            maps = model.pyramid(given.input("x")).maps();
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
            tap.seen().forEach((name, seen) -> {
                if (given.outputs().containsKey(name)) {
                    given.check(name, seen);
                }
            });
        }
        Map<String, Tensor> weighted = new LinkedHashMap<>();
        for (int i = 0; i < maps.size(); i++) {
            weighted.put("f" + (i + 1), maps.get(i));
        }
        checkLoss(given, weighted).backward();
        given.checkGradients(weights.gradients(given));
        checkBuffers(given, model);
    }

    /** Compares outputs and their weighted sum, which gives the gradients. */
    static Tensor checkLoss(Case given, Map<String, Tensor> outputs) {
        Tensor loss = Tensors.zeros(1);
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            given.check(output.getKey(), output.getValue());
            loss = loss.add(output.getValue()
                    .mul(given.input("loss_weight." + output.getKey()))
                    .sum());
        }
        given.check("loss", loss);
        return loss;
    }

    static void checkBuffers(Case given, Layer model) {
        Map<String, Tensor> after = model.state();
        given.outputs().keySet().stream()
                .filter(name -> name.startsWith("after."))
                .forEach(name -> {
                    Tensor buffer = after.get(name.substring("after.".length()));
                    given.check(name, buffer == null ? null : buffer.reshape(shape(given.output(name))));
                });
    }

    /** Counters have no dimension there and one here. */
    private static long[] shape(Tensor recorded) {
        return Shapes.of(recorded);
    }

    /** Decisions in the order in which they are drawn: the blocks of a group, its extractors. */
    private static List<Tensor> drops(Case given, VitAdapterSpec spec) {
        Map<String, Tensor> inputs = given.inputs();
        List<Tensor> draws = new ArrayList<>();
        int block = 0;
        for (int i = 0; i < spec.interactions().size(); i++) {
            for (int last = block + spec.interactions().get(i); block < last; block++) {
                take(inputs, "blocks.%d.drop_path.0".formatted(block), draws);
                take(inputs, "blocks.%d.drop_path.1".formatted(block), draws);
            }
            take(inputs, "interactions.%d.extractor.drop_path.0".formatted(i), draws);
            for (int j = 0; j < spec.extraExtractors(); j++) {
                take(inputs, "interactions.%d.extra_extractors.%d.drop_path.0".formatted(i, j), draws);
            }
        }
        return draws;
    }

    static void take(Map<String, Tensor> inputs, String name, List<Tensor> draws) {
        Tensor kept = inputs.get("drop_keep." + name);
        if (kept != null) {
            draws.add(kept.mul(new Scalar(ALMOST_ONE)));
        }
    }
}
