package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.backbone.Use;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.optim.LayerDecay;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.weights.MaeNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;

/** Learning-rate scale and weight decay of every parameter, on the models of this project. */
final class ParamGroupCases {
    static final Map<String, CaseRunner> MAE = Map.of("lr_decay", ParamGroupCases::plain);
    static final Map<String, CaseRunner> CONVMAE = Map.of("lr_decay", ParamGroupCases::pyramid);

    private static final String BACKBONE = "backbone.";

    private ParamGroupCases() {}

    /** A group as case files write it. */
    private record Listed(double lr_scale, double weight_decay, List<String> params) {}

    /** The same with its own rate. */
    private record ListedRate(double lr_scale, double lr, double weight_decay, List<String> params) {}

    private static void plain(Case given) {
        Classifier model = classifier(given, MaeCases.classifierVit(given.config(), 0));
        Map<String, Tensor> parameters = checkFinetuning(given, model, Set.of("pos_embed", "cls_token"));
        List<ParamGroup> pretraining = ParamGroups.uniform(
                parameters, WeightDecay.pretrain(given.config().doubleAt("run.weight_decay")));
        given.check("pretrain_weight_decay", perParameter(parameters, pretraining, ParamGroup::weightDecay));
    }

    private static void pyramid(Case given) {
        ConvVitSpec spec = ConvmaeCases.classifierSpec(given.config());
        checkFinetuning(given, classifier(given, spec), Set.of("pos_embed"));
        checkSegmentation(given, spec);
        DenseForm simple = spec.dense().withPyramid(new PyramidForm(PyramidForm.Kind.SIMPLE, 8, 5));
        checkDetection(given, spec.withDense(simple).build(Use.DENSE));
    }

    private static Classifier classifier(Case given, BackboneSpec spec) {
        Config config = given.config();
        return new Classifier(
                spec, config.boolAt("global_pool", false) ? Pooling.MEAN : Pooling.TOKEN, config.intAt("num_classes"));
    }

    /** Gives back the parameters under the reference's names and in its order. */
    private static Map<String, Tensor> checkFinetuning(Case given, Classifier model, Set<String> noWeightDecay) {
        new ReferenceWeights(model, MaeNames::ours).load(given);
        Map<String, Tensor> ours = model.parametersByName();
        Map<String, String> references = new LinkedHashMap<>();
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (JsonNode node : given.expected().at("/parameter_order")) {
            String name = MaeNames.ours(node.textValue());
            references.put(name, node.textValue());
            ordered.put(name, ours.get(name));
        }
        Config config = given.config();
        Backbone backbone = model.backbone();
        LayerDecay layers = decay(backbone, config.doubleAt("run.layer_decay"));
        List<ParamGroup> groups = ParamGroups.layerwise(
                ordered, layers, WeightDecay.finetune(config.doubleAt("run.weight_decay"), BACKBONE, noWeightDecay));
        given.checkExpected(
                "/parameter_order",
                ours.keySet().stream().map(references::get).sorted(order(given)).toList());
        given.checkExpected(
                "/groups",
                groups.stream()
                        .map(g -> new Listed(
                                g.lrScale(),
                                g.weightDecay(),
                                g.names().stream().map(references::get).toList()))
                        .toList());
        given.check("lr_scale", perParameter(ordered, groups, ParamGroup::lrScale));
        given.check("weight_decay", perParameter(ordered, groups, ParamGroup::weightDecay));
        given.check(
                "layer_id", ordered.keySet().stream().mapToDouble(layers::layer).toArray());
        return ordered;
    }

    /** A model may register its parameters in another order than the reference, but must have the same ones. */
    private static Comparator<String> order(Case given) {
        List<String> order = new ArrayList<>();
        given.expected().at("/parameter_order").forEach(node -> order.add(node.textValue()));
        return Comparator.comparingInt(order::indexOf);
    }

    private static double[] perParameter(
            Map<String, Tensor> parameters, List<ParamGroup> groups, ToDoubleFunction<ParamGroup> value) {
        return parameters.keySet().stream()
                .mapToDouble(name -> groups.stream()
                        .filter(group -> group.parameters().containsKey(name))
                        .mapToDouble(value)
                        .findFirst()
                        .orElse(Double.NaN))
                .toArray();
    }

    /** A segmentation model has layer scales and relative positions, and a head outside the backbone. */
    private static void checkSegmentation(Case given, ConvVitSpec plain) {
        Config config = given.config();
        Segmenter model = new Segmenter(new ConvVitSpec(
                plain.imageSize(),
                plain.patchSizes(),
                plain.dims(),
                plain.depths(),
                plain.heads(),
                plain.mlpRatios(),
                plain.kernelSize(),
                0,
                1,
                true));
        double lr = config.doubleAt("run.seg_lr");
        List<ParamGroup> groups = ParamGroups.layerwise(
                model.parametersByName(),
                decay(model.backbone, config.doubleAt("run.seg_layer_decay_rate")),
                WeightDecay.segment(config.doubleAt("run.weight_decay"), ""));
        given.checkExpected(
                "/seg_groups",
                groups.stream()
                        .map(g -> new ListedRate(g.lrScale(), lr * g.lrScale(), g.weightDecay(), g.names()))
                        .toList());
    }

    /** Detection leaves the positions out of the layers (Official-ConvMAE-Det get_vit_lr_decay_rate). */
    private static void checkDetection(Case given, Backbone backbone) {
        LayerDecay layers = backbone.layerDecay("backbone.net.", given.config().doubleAt("run.vitdet_decay"));
        Map<String, Double> factors = new LinkedHashMap<>();
        given.expected()
                .at("/vitdet_lr_factor")
                .fieldNames()
                .forEachRemaining(name -> factors.put(name, layers.scale(name)));
        given.checkExpected("/vitdet_lr_factor", factors);
    }

    private static LayerDecay decay(Backbone backbone, double rate) {
        return LayerDecay.below(BACKBONE, rate, backbone.layers(), backbone::layerOf);
    }

    private static final class Segmenter extends Layer {
        private final Backbone backbone;

        Segmenter(ConvVitSpec spec) {
            backbone = child("backbone", spec.build(Use.DENSE));
            child("decode_head", new Linear(backbone.dim(), 2));
        }
    }
}
