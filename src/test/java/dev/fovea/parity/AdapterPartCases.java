package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.dense.adapter.AttentionSpec;
import dev.fovea.dense.adapter.ExtraAttention;
import dev.fovea.dense.adapter.Extractor;
import dev.fovea.dense.adapter.Injector;
import dev.fovea.dense.adapter.Interaction;
import dev.fovea.dense.adapter.Places;
import dev.fovea.dense.adapter.SpatialPrior;
import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.Mlp;
import dev.fovea.nn.Tap;
import dev.fovea.nn.Windows;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.AdapterNames;
import dev.fovea.weights.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** czczup/ViT-Adapter: the parts of an adapter by themselves. */
final class AdapterPartCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "spatial_prior_module_eval", AdapterPartCases::spatialPrior,
            "spatial_prior_module_train", AdapterPartCases::spatialPrior,
            "injector", AdapterPartCases::injector,
            "extractor_eval", AdapterPartCases::extractor,
            "extractor_train", AdapterPartCases::extractor,
            "interaction_block", AdapterPartCases::interaction,
            "extra_attention", AdapterPartCases::extraAttention);

    private static final int PATCH = 16;

    private AdapterPartCases() {}

    private static void spatialPrior(Case given) {
        Config config = given.config();
        SpatialPrior model = new SpatialPrior(config.intAt("inplanes", 64), config.intAt("embed_dim", 384), PATCH);
        ReferenceWeights weights = loaded(given, model);
        Map<String, Tensor> inputs = withGradients(given, "x");
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        try (Tap tap = Tap.open()) {
            List<Tensor> maps = model.maps(inputs.get("x"));
            outputs.put("c1", maps.get(0));
            for (int i = 1; i < maps.size(); i++) {
                outputs.put("c" + (i + 1), maps.get(i).flatten(2, 3).transpose(1, 2));
            }
            tap.seen().forEach(given::check);
        }
        AdapterCases.checkLoss(given, outputs).backward();
        checkGradients(given, weights, inputs);
        AdapterCases.checkBuffers(given, model);
    }

    private static void injector(Case given) {
        Config config = given.config();
        Injector model = new Injector(
                config.intAt("dim"), config.intAt("n_levels", 1), attention(config), config.doubleAt("init_values", 0));
        ReferenceWeights weights = loaded(given, model);
        Map<String, Tensor> inputs = withGradients(given, "query", "feat");
        checkOutput(given, model.forward(inputs.get("query"), inputs.get("feat"), places(given, List.of())));
        checkGradients(given, weights, inputs);
    }

    private static void extractor(Case given) {
        Config config = given.config();
        Extractor model = new Extractor(
                config.intAt("dim"),
                config.intAt("n_levels", 1),
                attention(config),
                config.boolAt("with_cffn", true) ? config.doubleAt("cffn_ratio", 0.25) : 0,
                config.doubleAt("drop_path", 0));
        ReferenceWeights weights = loaded(given, model);
        Map<String, Tensor> inputs = withGradients(given, "query", "feat");
        long[] grid = Tensors.toLongs(given.input("HW"));
        List<Tensor> draws = new ArrayList<>();
        AdapterCases.take(inputs, "drop_path.0", draws);
        try (Draws.Replay replay = Draws.replay(draws)) {
            Places places = places(given, levels((int) grid[0], (int) grid[1]));
            checkOutput(given, model.forward(inputs.get("query"), inputs.get("feat"), places));
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        checkGradients(given, weights, inputs);
    }

    /** The reference points of the case itself. */
    private static Places places(Case given, List<MapSize> queries) {
        return new Places(
                queries, given.input("reference_points"), DeformableCases.levels(given.input("spatial_shapes")));
    }

    /** Half, the same and twice the stride of a grid of tokens. */
    private static List<MapSize> levels(int height, int width) {
        return List.of(
                new MapSize(2 * height, 2 * width), new MapSize(height, width), new MapSize(height / 2, width / 2));
    }

    private static AttentionSpec attention(Config config) {
        return new AttentionSpec(
                AttentionSpec.Reach.DEFORMABLE,
                config.intAt("num_heads", 6),
                config.intAt("n_points", 4),
                config.doubleAt("deform_ratio", 1));
    }

    private static void interaction(Case given) {
        Config config = given.config().in("interaction");
        Interaction interaction = new Interaction(new Interaction.Spec(
                config.intAt("dim"),
                attention(config),
                Interaction.Parts.ALL,
                config.doubleAt("init_values", 0),
                config.boolAt("with_cffn", true) ? config.doubleAt("cffn_ratio", 0.25) : 0,
                config.doubleAt("drop_path", 0),
                config.boolAt("extra_extractor", false) ? 2 : 0));
        Interacting model = new Interacting(interaction, given);
        ReferenceWeights weights = new ReferenceWeights(model, AdapterPartCases::interactionName);
        weights.load(given);
        model.train(given.training());
        Map<String, Tensor> inputs = withGradients(given, "x", "c");
        List<Tensor> draws = new ArrayList<>();
        for (int i = 0; i < given.config().at("blocks").size(); i++) {
            AdapterCases.take(inputs, "blocks.%d.drop_path.0".formatted(i), draws);
            AdapterCases.take(inputs, "blocks.%d.drop_path.1".formatted(i), draws);
        }
        AdapterCases.take(inputs, "extractor.drop_path.0", draws);
        for (int i = 1; i < interaction.extractors().size(); i++) {
            AdapterCases.take(inputs, "extra_extractors.%d.drop_path.0".formatted(i - 1), draws);
        }
        try (Draws.Replay replay = Draws.replay(draws)) {
            interact(given, model, inputs);
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        checkGradients(given, weights, inputs);
    }

    private static void interact(Case given, Interacting model, Map<String, Tensor> inputs) {
        Interaction interaction = model.interaction;
        long[] image = Tensors.toLongs(given.input("image_size"));
        MapSize grid = new MapSize((int) image[0] / PATCH, (int) image[1] / PATCH);
        List<MapSize> levels = levels(grid.height(), grid.width());
        Tensor c = inputs.get("c");
        Tensor x = interaction.inject(inputs.get("x"), c, Places.of(List.of(grid), levels, c));
        given.check("after_injector.x", x);
        x = model.blocks(x, grid);
        given.check("after_blocks.x", x);
        List<Extractor> extractors = interaction.extractors();
        Places atCells = Places.of(levels, List.of(grid), c);
        c = extractors.get(0).forward(c, x, atCells);
        given.check("after_extractor.c", c);
        for (Extractor further : extractors.subList(1, extractors.size())) {
            c = further.forward(c, x, atCells);
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("x", x);
        outputs.put("c", c);
        AdapterCases.checkLoss(given, outputs).backward();
    }

    private static String interactionName(String reference) {
        String ours = AdapterNames.ours(reference);
        return reference.startsWith("blocks.") ? ours : "interaction." + ours;
    }

    /** An interaction and the blocks it stands around. */
    private static final class Interacting extends Layer {
        private final List<Block> blocks;
        private final List<Integer> windows = new ArrayList<>();
        private final Interaction interaction;

        Interacting(Interaction interaction, Case given) {
            this.interaction = child("interaction", interaction);
            List<Block> list = new ArrayList<>();
            for (JsonNode node : given.config().at("blocks")) {
                Config config = new Config(given.id() + " block", node);
                int dim = config.intAt("dim"), heads = config.intAt("num_heads");
                double ratio = config.doubleAt("mlp_ratio");
                Block.Spec spec = Block.Spec.plain(dim, heads, ratio)
                        .withDropPath(config.doubleAt("drop_path", 0))
                        .withLayerScale(config.boolAt("layer_scale", false) ? 1 : 0);
                Linear qkv = new Linear(dim, 3 * dim, config.boolAt("qkv_bias", false));
                list.add(new Block(spec, new Attention(dim, heads, qkv, null), new Mlp(dim, (int) (dim * ratio))));
                windows.add(config.boolAt("windowed", false) ? config.intAt("window_size") : 0);
            }
            blocks = childList("blocks", list);
        }

        Tensor blocks(Tensor x, MapSize grid) {
            for (int i = 0; i < blocks.size(); i++) {
                int side = windows.get(i);
                x = side == 0
                        ? blocks.get(i).forward(x)
                        : blocks.get(i).forward(x, new Windows(grid, side, Windows.Padding.PROJECTED), null);
            }
            return x;
        }
    }

    /** All maps go in; the outputs that are recorded are compared, the maps that pass among them. */
    private static void extraAttention(Case given) {
        Config config = given.config();
        int[] channels = config.intsAt("in_channels");
        int last = channels.length - 1;
        boolean withFfn = config.boolAt("with_ffn", true);
        ExtraAttention model = new ExtraAttention(new ExtraAttention.Spec(
                channels[last],
                config.intAt("num_head"),
                withFfn ? config.doubleAt("ffn_ratio", 4) : 0,
                config.doubleAt("drop_path", 0),
                config.layerScaleAt("init_values", 0),
                config.boolAt("use_final_norm", true),
                config.epsAt("norm_layer", 1e-5)));
        // The reference keeps a scale of a feed-forward part that is not there.
        UnaryOperator<String> names = withFfn ? UnaryOperator.identity() : Names.without("gamma_2");
        ReferenceWeights weights = new ReferenceWeights(model, names);
        weights.load(given);
        model.train(given.training());
        Map<String, Tensor> inputs = withGradients(given, "feat" + last);
        List<Tensor> maps = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            maps.add(inputs.get("feat" + i));
        }
        List<Tensor> draws = new ArrayList<>();
        AdapterCases.take(inputs, "drop_path.0", draws);
        AdapterCases.take(inputs, "drop_path.1", draws);
        try (Draws.Replay replay = Draws.replay(draws)) {
            maps = model.forward(maps);
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded drop decisions were not used");
            }
        }
        for (int i = 0; i <= last; i++) {
            if (given.outputs().containsKey("out" + i)) {
                given.check("out" + i, maps.get(i));
            }
        }
        Tensor loss = maps.get(last).mul(given.input("loss_weight")).sum();
        given.check("loss", loss.reshape(1));
        loss.backward();
        checkGradients(given, weights, inputs);
    }

    private static ReferenceWeights loaded(Case given, Layer model) {
        ReferenceWeights weights = new ReferenceWeights(model, UnaryOperator.identity());
        weights.load(given);
        model.train(given.training());
        return weights;
    }

    private static Map<String, Tensor> withGradients(Case given, String... names) {
        Map<String, Tensor> inputs = given.inputs();
        for (String name : names) {
            inputs.get(name).requires_grad_(true);
        }
        return inputs;
    }

    private static void checkOutput(Case given, Tensor output) {
        given.check("output", output);
        Tensor loss = output.mul(given.input("loss_weight")).sum();
        given.check("loss", loss.reshape(1));
        loss.backward();
    }

    private static void checkGradients(Case given, ReferenceWeights weights, Map<String, Tensor> inputs) {
        Map<String, Tensor> gradients = weights.gradients(given);
        inputs.forEach((name, input) -> {
            if (input.requires_grad()) {
                gradients.put("input." + name, input.grad());
            }
        });
        given.checkGradients(gradients);
    }
}
