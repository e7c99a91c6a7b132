package dev.fovea.parity;

import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.HiVit;
import dev.fovea.backbone.HiVitDesign;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.NeckSpec;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.backbone.RelativeTables;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.classify.ClassificationLoss;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.ItpnNames;
import dev.fovea.weights.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** HiViT, iTPN and Fast-iTPN behind pre-training (zhangxiaosong18/hivit, sunsmarterjie/iTPN). */
final class ItpnCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "hivit_backbone", ItpnCases::supervised,
            "hivit_supervised_4stage", ItpnCases::supervised,
            "itpn_classifier", ItpnCases::classifier,
            "itpn_classifier_interp", ItpnCases::classifier,
            "itpn_classifier_pixel", ItpnCases::classifier,
            "fast_itpn", ItpnCases::fast,
            "itpn_seg_backbone", ItpnCases::segmentationBackbone,
            "itpn_seg_backbone_nonsquare", ItpnCases::segmentationBackbone,
            "itpn_det_backbone", given -> detectionBackbone(given, RelativeTables.BLOCK),
            "itpn_det_backbone_clip", given -> detectionBackbone(given, RelativeTables.DECOMPOSED));

    /** Options of Fast-iTPN that no published model has. */
    private static final List<String> FAST_WITHOUT = List.of(
            "patch_norm",
            "cls_token",
            "stop_grad_conv1",
            "postnorm",
            "deepnorm",
            "swiglu",
            "use_rel_pos_bias",
            "use_shared_rel_pos_bias",
            "use_shared_decoupled_rel_pos_bias");

    /** The released constructors, which differ in the names of their arguments and in their defaults. */
    enum Code {
        HIVIT("stem_mlp_ratio", 0),
        /** Pre-training and fine-tuning, and detection after the pixel form. */
        ITPN("bridge_mlp_ratio", 256),
        /** Segmentation, and detection after the CLIP form. */
        DENSE("bridge_mlp_ratio", 512),
        FAST("bridge_mlp_ratio", 0);

        private final String stemRatio;
        private final int neckWidth;

        /** @param neckWidth 0 = there is no neck */
        Code(String stemRatio, int neckWidth) {
            this.stemRatio = stemRatio;
            this.neckWidth = neckWidth;
        }

        private HiVitDesign design() {
            return this == FAST ? HiVitDesign.FAST : HiVitDesign.HIVIT;
        }

        /** A start of 0 is that of scales in the dense codes, and no scales in all others. */
        private double layerScale(Config config) {
            if (this == DENSE) {
                return config.layerScaleAt("init_values", 0);
            }
            return config.doubleAt("init_values", this == FAST && !config.mentions("init_values") ? 0.1 : 0);
        }

        private Optional<NeckSpec> neck(Config config) {
            return neckWidth == 0
                    ? Optional.empty()
                    : Optional.of(new NeckSpec(
                            NeckSpec.Kind.MLP,
                            config.intAt("fpn_dim", neckWidth),
                            config.intAt("fpn_depth", 2),
                            mlpRatio(config)));
        }
    }

    private ItpnCases() {}

    /** The backbone of an iTPN case. */
    static HiVitSpec itpn(Config config) {
        return spec(config, Code.ITPN, itpnDepths(config));
    }

    /** The pixel code has one depth for both stages of channel MLPs. */
    private static List<Integer> itpnDepths(Config config) {
        int both = config.intAt("mlp_depth", 3);
        return List.of(config.intAt("mlp_depth1", both), config.intAt("mlp_depth2", both), config.intAt("depth"));
    }

    static HiVitSpec spec(Config config, Code code, List<Integer> depths) {
        Size image = config.has("run.input_hw")
                ? new Size(config.intsAt("run.input_hw")[0], config.intsAt("run.input_hw")[1])
                : config.sizeAt("img_size");
        return spec(config, code, depths, image);
    }

    private static HiVitSpec spec(Config config, Code code, List<Integer> depths, Size image) {
        config.requireOnly("in_chans", "3");
        config.requireOnly("qk_scale", "null");
        config.requireNoDropout();
        int patch = config.intAt("patch_size"), trained = config.intAt("img_size");
        double eps = config.epsAt("norm_layer", 1e-5);
        return new HiVitSpec(
                image,
                patch,
                config.intAt("embed_dim") * (depths.size() == 4 ? 2 : 1), // the reference counts from stage 3
                depths,
                config.intAt("num_heads"),
                config.doubleAt(code.stemRatio, 3),
                mlpRatio(config),
                config.doubleAt("drop_path_rate", 0),
                code.layerScale(config),
                config.boolAt(code == Code.FAST ? "use_abs_pos_emb" : "ape", true) ? PosEmbed.LEARNED : PosEmbed.NONE,
                trained / patch,
                code != Code.FAST && config.boolAt("rpe", true),
                code.design(),
                code.neck(config),
                config.boolAt("qkv_bias", true),
                config.boolAt("patch_norm", code != Code.FAST),
                eps,
                DenseForm.PLAIN.withNormEps(eps));
    }

    private static double mlpRatio(Config config) {
        return config.doubleAt("mlp_ratio", 4);
    }

    private static void supervised(Case given) {
        Config config = given.config();
        List<Integer> depths = new ArrayList<>();
        for (int depth : config.intsAt("depths")) {
            depths.add(depths.size() < 2 ? 2 * depth : depth);
        }
        HiVitSpec spec = spec(config, Code.HIVIT, depths);
        Classifier model = new Classifier(spec, Pooling.MEAN, config.intAt("num_classes"));
        ReferenceWeights weights = new ReferenceWeights(model, ItpnNames::ours);
        weights.load(given);
        model.train(given.training());
        Map<String, Tensor> seen;
        Tensor logits;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(given.training() ? given.dropPathDraws() : List.of())) {
            logits = model.forward(given.input("imgs"));
            seen = tap.seen();
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
        }
        Tensor loss = ClassificationLoss.softTarget(logits, given.input("target"));
        loss.backward();
        given.check("logits", logits);
        given.check("loss", loss);
        given.checkGradients(weights.gradients(given));
        int[] last = lastBlocks(depths);
        for (String name : given.outputs().keySet()) {
            if (name.matches("block_\\d+|patch_embed")) {
                given.check(name, seen.get(name.replace("block_", "blocks.")));
            } else if (name.startsWith("hifeat_")) {
                given.check(name, seen.get("blocks." + last[Integer.parseInt(name.substring(7))]));
            }
        }
    }

    /** The number of the last block of every stage, merges between stages counted. */
    private static int[] lastBlocks(List<Integer> depths) {
        int[] last = new int[depths.size()];
        int next = 0;
        for (int i = 0; i < last.length; i++) {
            next += depths.get(i);
            last[i] = next - 1;
            next++;
        }
        return last;
    }

    private static void classifier(Case given) {
        Config config = given.config();
        HiVitSpec spec = itpn(config);
        Map<String, Tensor> seen = checkClassifier(given, spec, config);
        checkStages(given, spec, seen);
    }

    private static Map<String, Tensor> checkClassifier(Case given, HiVitSpec spec, Config config) {
        Classifier model = new Classifier(spec, Pooling.MEAN, config.intAt("num_classes"));
        ReferenceWeights weights = new ReferenceWeights(model, ItpnNames::ours);
        weights.load(given);
        return MaeCases.checkClassifier(given, model, weights);
    }

    private static void checkStages(Case given, HiVitSpec spec, Map<String, Tensor> seen) {
        stages(spec, seen).forEach(given::check);
    }

    static Map<String, Tensor> stages(HiVitSpec spec, Map<String, Tensor> seen) {
        int[] last = lastBlocks(spec.depths());
        Map<String, Tensor> stages = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            stages.put("stage" + (i + 1), seen.get("blocks." + last[i]));
        }
        stages.put("stage3_input", seen.get("stage3_input"));
        return stages;
    }

    /** Released with maps for stages 1 and 2; here they stand in units like everything else. */
    private static void fast(Case given) {
        Config config = given.config();
        HiVitSpec spec = fast(config);
        Map<String, Tensor> seen = checkClassifier(given, spec, config);
        Map<String, Tensor> stages = stages(spec, seen);
        stages.replaceAll((name, x) -> x.dim() == 5 ? map(x, spec.grid()) : x);
        stages.forEach(given::check);
    }

    static HiVitSpec fast(Config config) {
        for (String key : List.of("convmlp", "naiveswiglu", "subln", "use_mean_pooling", "qkv_bias")) {
            boolean given = key.equals("qkv_bias") ? config.boolAt(key, true) : config.boolAt(key);
            if (!given) {
                throw new AssertionError(key + " false has no counterpart: every published model has it");
            }
        }
        for (String key : FAST_WITHOUT) {
            config.requireOnly(key, "false");
        }
        config.requireOnly("attn_head_dim", "null");
        List<Integer> depths =
                List.of(config.intAt("depth_stage1"), config.intAt("depth_stage2"), config.intAt("depth"));
        return spec(config, Code.FAST, depths);
    }

    /** {@code [B, N, s, s, C] -> [B, C, rows s, columns s]}. */
    private static Tensor map(Tensor x, Size grid) {
        long b = x.size(0), s = x.size(2), c = x.size(4);
        return x.reshape(b, grid.height(), grid.width(), s, s, c)
                .permute(0, 5, 1, 3, 2, 4)
                .reshape(b, c, grid.height() * s, grid.width() * s);
    }

    /** The released segmentation code keeps 14 x 14 positions whatever the image. */
    private static void segmentationBackbone(Case given) {
        HiVitSpec spec = spec(given.config(), Code.DENSE, itpnDepths(given.config()));
        int levels = given.config().intAt("num_outs", 4);
        DenseForm form = spec.dense().withPyramid(new PyramidForm(PyramidForm.Kind.SEGMENT, 1, levels));
        denseBackbone(given, withPositionsOf(given, spec.withDense(form)));
    }

    /** Tables by rows and columns are made for the size of the constructor, not for the image's. */
    private static void detectionBackbone(Case given, RelativeTables tables) {
        Config config = given.config();
        Code code = tables == RelativeTables.DECOMPOSED ? Code.DENSE : Code.ITPN;
        // By default the pixel form gives no maps at all.
        int levels = code == Code.DENSE ? config.intAt("num_outs", 4) : config.intAt("num_outs");
        DenseForm form = DenseForm.PLAIN
                .withTables(tables)
                .withPyramid(new PyramidForm(PyramidForm.Kind.DETECT, 1, levels))
                .withNormEps(config.epsAt("norm_layer", 1e-5));
        HiVitSpec spec = spec(config, code, itpnDepths(config), config.sizeAt("img_size"));
        denseBackbone(given, withPositionsOf(given, spec.withDense(form)));
    }

    private static HiVitSpec withPositionsOf(Case given, HiVitSpec spec) {
        Tensor table = given.weights().get("absolute_pos_embed");
        return table == null ? spec : spec.withPositionGrid((int) Math.round(Math.sqrt(table.size(1))));
    }

    private static void denseBackbone(Case given, HiVitSpec spec) {
        HiVit model = spec.build(Use.DENSE);
        ReferenceWeights weights =
                new ReferenceWeights(model, Names.inOrder(ItpnNames::ours, Names.stripped("backbone.")));
        weights.load(given);
        model.train(given.training());
        Pyramid maps;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(given.training() ? given.dropPathDraws() : List.of())) {
            maps = model.pyramid(given.input("imgs"));
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
            stages(spec, tap.seen()).forEach((name, x) -> given.check(name, x.reshape(Shapes.of(given.output(name)))));
        }
        Tensor loss = Tensors.zeros(1).sum();
        for (int i = 0; i < maps.maps().size(); i++) {
            Tensor map = maps.maps().get(i);
            given.check("feature_" + i, map);
            Tensor weighted = map.mul(given.input("cotangent_" + i)).sum();
            loss = loss.add(weighted.mul(new Scalar(0.1 / Math.sqrt(map.numel()))));
        }
        loss.backward();
        given.check("loss", loss);
        given.checkGradients(weights.gradients(given));
    }
}
