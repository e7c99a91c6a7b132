package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Use;
import dev.fovea.dense.adapter.VitAdapter;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.dense.adapter.VitAdapterSpec.VitFeature;
import dev.fovea.dense.segment.Mask2FormerHead;
import dev.fovea.optim.KeyRule;
import dev.fovea.optim.LayerDecay;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.AdapterNames;
import dev.fovea.weights.BeitNames;
import dev.fovea.weights.RelativePositionResize;
import dev.fovea.weights.StateLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** czczup/ViT-Adapter: what a training starts with: tables of a BEiT file, and the groups of the optimizer. */
final class AdapterStartCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "beit_checkpoint_resize_det",
            AdapterStartCases::resizedTables,
            "beit_checkpoint_resize_seg",
            AdapterStartCases::resizedTables,
            "optimizer_custom_keys_det",
            AdapterStartCases::customKeys,
            "optimizer_custom_keys_seg",
            AdapterStartCases::customKeys,
            "optimizer_layer_decay_det",
            given -> layerDecay(given, name -> false),
            "optimizer_layer_decay_seg",
            given -> layerDecay(given, AdapterStartCases::isQueryPart));

    private static final String BACKBONE = "backbone.";
    private static final String TABLE = "relative_position_bias_table";

    private AdapterStartCases() {}

    /** A file with one table for all blocks, put into an adapter's backbone. */
    private static void resizedTables(Case given) {
        VitAdapterSpec spec = AdapterCases.beit(given.config(), VitFeature.LAST);
        Map<String, Tensor> state = spec.build(Use.DENSE).state();
        Map<String, Tensor> file = new LinkedHashMap<>();
        state.forEach((name, x) -> {
            if (!name.endsWith(TABLE)) {
                file.put(name, x);
            }
        });
        file.put("rel_pos_bias." + TABLE, given.input("shared_table"));
        int source = given.config().intAt("src_size");
        int side = spec.imageSize().dividedBy(spec.tokenStride()).height();
        StateLoader.strict()
                .adapting(RelativePositionResize.onLoad(
                        spec.tableResize(), new int[] {source, source}, new int[] {side, side}))
                .load(BeitNames.withTablesOf(state.keySet(), file, UnaryOperator.identity()), state, given.id());
        given.outputs().keySet().forEach(name -> given.check(name, state.get(name)));
    }

    /** What the segmentation code takes for a part of the stem. */
    private static boolean isQueryPart(String name) {
        return name.startsWith("decode_head.") && Mask2FormerHead.isOfQueries(name.substring("decode_head.".length()));
    }

    /** A parameter as case files write it. */
    private record Listed(double lr, double weight_decay, double lr_scale, String group, List<Long> shape) {}

    private static void layerDecay(Case given, Predicate<String> inStem) {
        Config optimizer = given.config().in("optimizer"),
                groups = given.config().in("paramwise_cfg");
        Config backbone = given.config().in("model").in("backbone");
        VitAdapter model = AdapterCases.named(backbone, VitFeature.LAST).build(Use.DENSE);
        int blocks = groups.intAt("num_layers");
        LayerDecay layers = LayerDecay.below(BACKBONE, groups.doubleAt("layer_decay_rate"), blocks, model::layerOf)
                .withStem(inStem);
        double lr = optimizer.doubleAt("lr");
        for (ParamGroup group : ParamGroups.layerwise(
                parameters(given, model), layers, WeightDecay.segment(optimizer.doubleAt("weight_decay"), ""))) {
            group.parameters()
                    .forEach((name, x) -> given.checkExpected(
                            "/" + name,
                            new Listed(
                                    lr * group.lrScale(),
                                    group.weightDecay(),
                                    group.lrScale(),
                                    group.name(),
                                    sides(x))));
        }
    }

    /** The same without layers. */
    private record ListedPlain(double lr, double weight_decay, List<Long> shape) {}

    private static void customKeys(Case given) {
        Config optimizer = given.config().in("optimizer");
        Config backbone = given.config().in("model").in("backbone");
        VitAdapter model = AdapterCases.named(backbone, VitFeature.LAST).build(Use.DENSE);
        List<KeyRule> rules = new ArrayList<>();
        given.config()
                .in("paramwise_cfg")
                .at("custom_keys")
                .properties()
                .forEach(entry -> rules.add(new KeyRule(
                        entry.getKey(),
                        entry.getValue().path("lr_mult").asDouble(1),
                        entry.getValue().path("decay_mult").asDouble(1))));
        double lr = optimizer.doubleAt("lr");
        for (ParamGroup group :
                ParamGroups.byKeys(parameters(given, model), rules, optimizer.doubleAt("weight_decay"))) {
            group.parameters()
                    .forEach((name, x) -> given.checkExpected(
                            "/" + name, new ListedPlain(lr * group.lrScale(), group.weightDecay(), sides(x))));
        }
    }

    private static List<Long> sides(Tensor x) {
        List<Long> sides = new ArrayList<>();
        for (long side : Shapes.of(x)) {
            sides.add(side);
        }
        return sides;
    }

    /** The backbone's parameters under the reference's names, and what the case lists beside it. */
    private static Map<String, Tensor> parameters(Case given, VitAdapter model) {
        Map<String, Tensor> own = model.parametersByName(), all = new LinkedHashMap<>();
        given.expected().properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.startsWith(BACKBONE)) {
                Tensor parameter = own.remove(AdapterNames.ours(name.substring(BACKBONE.length())));
                if (parameter == null) {
                    throw new AssertionError("no parameter for " + name);
                }
                all.put(name, parameter);
            } else {
                all.put(name, fresh(entry.getValue().get("shape")));
            }
        });
        if (!own.isEmpty()) {
            given.fail("parameters that the reference does not have: " + own.keySet());
        }
        return all;
    }

    private static Tensor fresh(JsonNode shape) {
        long[] sides = new long[shape.size()];
        for (int i = 0; i < sides.length; i++) {
            sides[i] = shape.get(i).asLong();
        }
        return Tensors.zeros(sides).requires_grad_(true);
    }
}
