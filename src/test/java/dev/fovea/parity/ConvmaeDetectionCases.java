package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.ConvVit;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.backbone.RelativeTables;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.WindowSpec;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The two detection backbones of ConvMAE: Alpha-VL/ConvMAE DET, and OpenGVLab/Official-ConvMAE-Det in the form of ViTDet. */
final class ConvmaeDetectionCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "convmae_det_backbone", ConvmaeDetectionCases::released,
            "convmae_det_backbone_vitdet", ConvmaeDetectionCases::vitdet);

    private static final double[] SCALES = {4, 2, 1, 0.5};
    private static final Pattern AFTER_BLOCK = Pattern.compile("after_block_(\\d+)(_windows)?");
    private static final UnaryOperator<String> WITHOUT_INDICES = Names.without(".*relative_position_index");

    private ConvmaeDetectionCases() {}

    /** Its constructor has depths, strides and global blocks as literals. */
    private static void released(Case given) {
        Config config = given.config();
        config.requireNoDropout();
        config.requireOnly("stop_grad_conv1", "false"); // the released code knows no such parameter either
        List<Integer> depths = config.has("depth") ? ConvmaeCases.ints(config, "depth") : List.of(2, 2, 11);
        int window = config.intAt("window_size");
        DenseForm form = DenseForm.PLAIN
                .withWindows(new WindowSpec(window, List.of(0, 3, 6, 10), false))
                .withTables(RelativeTables.SHARED)
                .withPyramid(new PyramidForm(PyramidForm.Kind.DETECT, 256, 4));
        ConvVitSpec spec = new ConvVitSpec(
                Config.size(config.at("img_size").get(0)),
                config.has("patch_size") ? ConvmaeCases.ints(config, "patch_size") : List.of(4, 2, 2),
                ConvmaeCases.ints(config, "embed_dim"),
                depths,
                config.intAt("num_heads"),
                ConvmaeCases.ratios(config),
                5,
                config.doubleAt("drop_path_rate", 0),
                0,
                true,
                config.boolAt("qkv_bias", true),
                true,
                config.epsAt("norm_layer", 1e-6),
                1e-5,
                config.boolAt("sincos_pos_embed", false) ? form.withFixedPositions() : form);
        ConvVit model = spec.build(Use.DENSE);
        ReferenceWeights weights = new ReferenceWeights(model, WITHOUT_INDICES);
        Map<String, Tensor> seen = run(given, model, weights, "s", 0);
        for (String name : given.outputs().keySet()) {
            Matcher block = AFTER_BLOCK.matcher(name);
            if (block.matches()) {
                Tensor tokens = seen.get("blocks3." + block.group(1));
                given.check(name, block.group(2) == null ? tokens : windows(tokens, spec.grid(), window));
            }
        }
    }

    /** {@code [B, N, D] -> [B windows, side side, D]}. */
    private static Tensor windows(Tensor tokens, Size grid, int side) {
        long d = tokens.size(2), s = side;
        return tokens.reshape(-1, grid.height() / s, s, grid.width() / s, s, d)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(-1, s * s, d);
    }

    static void vitdet(Case given) {
        Config config = given.config();
        config.requireOnly("in_chans", "3");
        boolean token = config.boolAt("use_abs_pos", true) && config.boolAt("pretrain_use_cls_token", true);
        List<Integer> depths = ConvmaeCases.ints(config, "depth"), patches = ConvmaeCases.ints(config, "patch_size");
        double ratio = config.doubleAt("mlp_ratio", 4), eps = config.epsAt("norm_layer", 1e-5);
        double[] scales = config.doublesAt("run.scale_factors");
        if (!Arrays.equals(scales, SCALES)) {
            throw new AssertionError("run.scale_factors " + config.at("run.scale_factors") + " are not 4, 2, 1, 0.5");
        }
        DenseForm form = DenseForm.PLAIN
                .withWindows(windows(config, depths.get(2)))
                .withTables(RelativeTables.DECOMPOSED)
                .withPyramid(new PyramidForm(PyramidForm.Kind.SIMPLE, config.intAt("run.out_channels"), maps(given)))
                .withPositionGrid(config.intAt("pretrain_img_size", 224) / 16);
        ConvVitSpec spec = new ConvVitSpec(
                config.sizeAt("img_size"),
                patches,
                ConvmaeCases.ints(config, "embed_dim"),
                depths,
                config.intAt("num_heads"),
                List.of(ratio, ratio, ratio),
                5,
                config.doubleAt("drop_path_rate", 0),
                0,
                config.boolAt("use_rel_pos", false),
                config.boolAt("qkv_bias", true),
                config.boolAt("use_abs_pos", true),
                eps,
                eps,
                form);
        ConvVit model = spec.build(Use.DENSE);
        UnaryOperator<String> names =
                Names.inOrder(Names.replaced("^simfp_", "pyramid.simfp_"), Names.stripped("net."));
        Map<String, Tensor> seen =
                run(given, model, new ReferenceWeights(model, names, token ? Set.of("pos_embed") : Set.of()), "p", 2);
        Tensor last = seen.get("last_map");
        Size grid = new Size((int) last.size(2), (int) last.size(3));
        given.check("last_feat", last);
        given.check("tokens_with_pos", map(seen.get("stage3_input"), grid));
        for (int i = 0; i < depths.get(2); i++) {
            if (given.outputs().containsKey("block_" + i)) {
                given.check("block_" + i, map(seen.get("blocks3." + i), grid));
            }
        }
    }

    /** The reference lists the blocks that have windows. */
    private static WindowSpec windows(Config config, int depth) {
        List<Integer> global = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            global.add(i);
        }
        int side = config.intAt("window_size", 0);
        if (side == 0 || !config.has("window_block_indexes")) {
            return WindowSpec.NONE;
        }
        for (JsonNode windowed : config.at("window_block_indexes")) {
            global.remove((Integer) windowed.asInt());
        }
        return global.size() == depth ? WindowSpec.NONE : new WindowSpec(side, global, false);
    }

    /** With or without the top block that adds a map. */
    private static int maps(Case given) {
        return (int) given.outputs().keySet().stream()
                .filter(name -> name.matches("p\\d"))
                .count();
    }

    private static Tensor map(Tensor tokens, Size grid) {
        return tokens.reshape(tokens.size(0), grid.height(), grid.width(), tokens.size(2));
    }

    /** Maps, weighted loss and gradients; gives back what was seen on the way. */
    private static Map<String, Tensor> run(
            Case given, ConvVit model, ReferenceWeights weights, String prefix, int first) {
        weights.load(given);
        model.train(given.training());
        List<Tensor> maps;
        Map<String, Tensor> seen;
        try (Tap tap = Tap.open();
                Draws.Replay replay =
                        Draws.replay(given.training() ? given.dropPathDraws() : Collections.emptyList())) {
            maps = model.pyramid(given.input("imgs")).maps();
            seen = new LinkedHashMap<>(tap.seen());
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws were not used");
            }
        }
        Tensor loss = Tensors.zeros(1).sum();
        for (int i = 0; i < maps.size(); i++) {
            String name = prefix + (first + i);
            Tensor map = maps.get(i);
            given.check(name, map);
            Tensor weighted = map.mul(given.input("cotangent_" + name)).sum();
            loss = loss.add(weighted.mul(new Scalar(0.1 / Math.sqrt(map.numel()))));
        }
        loss.backward();
        given.check("loss", loss);
        given.checkGradients(weights.gradients(given));
        return seen;
    }
}
