package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.NeckSpec;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.backbone.RelativeTables;
import dev.fovea.backbone.Use;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.optim.LayerDecay;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.weights.ItpnNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/** Layer-wise decay on iTPN: fine-tuning, detection and segmentation. */
final class ItpnParamGroups {
    static final Map<String, CaseRunner> RUNNERS = Map.of("lr_decay", ItpnParamGroups::run);

    private static final String BACKBONE = "backbone.";

    private ItpnParamGroups() {}

    private record Listed(double lr_scale, double weight_decay, List<String> params) {}

    private record ListedRate(double lr_scale, double lr, double weight_decay, List<String> params) {}

    private static void run(Case given) {
        checkFinetuning(given);
        Config config = given.config();
        double decay = config.doubleAt("run.weight_decay");
        checkDense(
                given,
                "/det_groups",
                PyramidForm.Kind.DETECT,
                config.doubleAt("run.det_layer_decay_rate"),
                WeightDecay.sparing(decay, List.of("absolute_pos_embed")));
        checkDense(
                given,
                "/seg_groups",
                PyramidForm.Kind.SEGMENT,
                config.doubleAt("run.seg_layer_decay_rate"),
                WeightDecay.segment(decay, ""));
    }

    private static void checkFinetuning(Case given) {
        Config config = given.config();
        Classifier model = new Classifier(ItpnCases.itpn(config), Pooling.MEAN, config.intAt("num_classes"));
        List<String> references = new ArrayList<>();
        given.expected().at("/parameter_order").forEach(node -> references.add(node.textValue()));
        Map<String, Tensor> parameters = byReference(model, references);
        Backbone backbone = model.backbone();
        LayerDecay byReference = byReference(backbone.layerDecay(BACKBONE, config.doubleAt("run.layer_decay")));
        WeightDecay decay = WeightDecay.sparing(
                config.doubleAt("run.weight_decay"), List.of("absolute_pos_embed", "relative_position_bias_table"));
        List<ParamGroup> groups = ParamGroups.layerwise(parameters, byReference, decay);
        given.checkExpected("/parameter_order", List.copyOf(parameters.keySet()));
        given.checkExpected(
                "/groups",
                groups.stream()
                        .map(g -> new Listed(g.lrScale(), g.weightDecay(), g.names()))
                        .toList());
        given.check("lr_scale", perParameter(references, groups, ParamGroup::lrScale));
        given.check("weight_decay", perParameter(references, groups, ParamGroup::weightDecay));
        given.check(
                "layer_id", references.stream().mapToDouble(byReference::layer).toArray());
    }

    private static LayerDecay byReference(LayerDecay layers) {
        return new LayerDecay(layers.rate(), layers.top(), layers.last(), name -> layers.layer(ours(name)));
    }

    /** Merges count as layers there, and the last blocks come to lie beyond the head. */
    private static void checkDense(
            Case given, String pointer, PyramidForm.Kind kind, double layerDecay, WeightDecay decay) {
        List<String> references = references(given, pointer);
        Dense model = dense(ItpnCases.itpn(given.config()), references, kind);
        LayerDecay layers = byReference(model.backbone.layerDecay(BACKBONE, layerDecay));
        double lr = rate(given, pointer);
        given.checkExpected(
                pointer,
                ParamGroups.layerwise(byReference(model, references), layers, decay).stream()
                        .map(g -> new ListedRate(g.lrScale(), lr * g.lrScale(), g.weightDecay(), g.names()))
                        .toList());
    }

    private static List<String> references(Case given, String pointer) {
        List<String> references = new ArrayList<>();
        given.expected().at(pointer).forEach(group -> group.get("params").forEach(x -> references.add(x.textValue())));
        return references;
    }

    /** The whole rate, which the reference writes scaled. */
    private static double rate(Case given, String pointer) {
        JsonNode first = given.expected().at(pointer).get(0);
        return first.get("lr").doubleValue() / first.get("lr_scale").doubleValue();
    }

    /** Our parameters under the reference's names and in its order; both must have the same ones. */
    private static Map<String, Tensor> byReference(Layer model, List<String> references) {
        Map<String, Tensor> ours = model.parametersByName();
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (String reference : references) {
            Tensor parameter = ours.remove(ours(reference));
            if (parameter == null) {
                throw new AssertionError("no parameter for " + reference);
            }
            ordered.put(reference, parameter);
        }
        if (!ours.isEmpty()) {
            throw new AssertionError("parameters that the reference does not have: " + ours.keySet());
        }
        return ordered;
    }

    private static String ours(String reference) {
        return ItpnNames.ours(reference.startsWith(BACKBONE) ? reference.substring(BACKBONE.length()) : reference);
    }

    private static double[] perParameter(
            List<String> names, List<ParamGroup> groups, ToDoubleFunction<ParamGroup> value) {
        return names.stream()
                .mapToDouble(name -> groups.stream()
                        .filter(group -> group.parameters().containsKey(name))
                        .mapToDouble(value)
                        .findFirst()
                        .orElse(Double.NaN))
                .toArray();
    }

    /** The dense model that a list of groups speaks of; pooled maps have no parameters, so it is built without. */
    static Dense dense(HiVitSpec own, List<String> names, PyramidForm.Kind kind) {
        boolean scaled = count(names, "blocks\\.\\d+\\.gamma_2") > 0;
        boolean decomposed = count(names, "blocks\\.\\d+\\.attn\\.rel_pos_h") > 0;
        boolean tables = count(names, "blocks\\.\\d+\\.attn\\.relative_position_bias_table") > 0;
        // Without a layer that aligns them, neck and stage 3 are of one width; any other width has the same names.
        int width = count(names, "align_dim_16tofpn\\.weight") > 0 ? own.dim() / 2 : own.dim();
        int depth = count(names, "block_16to8\\.\\d+\\.norm2\\.weight");
        int levels = count(names, "fpn_modules\\.\\d+\\.norm2\\.weight");
        DenseForm form = own.dense()
                .withTables(decomposed ? RelativeTables.DECOMPOSED : RelativeTables.BLOCK)
                .withPyramid(new PyramidForm(kind, 1, levels));
        return new Dense(new HiVitSpec(
                own.imageSize(),
                own.patchSize(),
                own.dim(),
                own.depths(),
                own.heads(),
                own.stemMlpRatio(),
                own.mlpRatio(),
                0,
                scaled ? 1 : 0,
                own.posEmbed(),
                own.positionGrid(),
                decomposed || tables,
                own.design(),
                Optional.of(new NeckSpec(NeckSpec.Kind.MLP, width, depth, own.mlpRatio())),
                own.qkvBias(),
                own.stemNorm(),
                own.normEps(),
                form));
    }

    private static int count(List<String> names, String regex) {
        Pattern pattern = Pattern.compile("backbone\\." + regex);
        return (int)
                names.stream().filter(name -> pattern.matcher(name).matches()).count();
    }

    static final class Dense extends Layer {
        private final Backbone backbone;

        Dense(HiVitSpec spec) {
            backbone = child("backbone", spec.build(Use.DENSE));
            child("head", new Linear(backbone.dim(), 2));
        }
    }
}
