package dev.fovea.parity;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import dev.fovea.classify.Classifier;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Clip;
import dev.fovea.optim.LayerDecay;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.WeightDecay;
import dev.fovea.weights.BeitNames;
import dev.fovea.weights.VqkdNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** microsoft/unilm beit2: parameter groups, and steps of AdamW with layer decay, schedule and clipping. */
final class BeitOptimCases {
    static final Map<String, CaseRunner> RUNNERS =
            Map.of("optim_groups", BeitOptimCases::groups, "optimizer_steps", BeitOptimCases::steps);

    private static final String BACKBONE = "backbone.";
    private static final List<String> PLACES = List.of("pos_embed", "cls_token");

    /** The tokenizer is recorded with the decay of its own training script; the config has that of the others. */
    private static final double TOKENIZER_DECAY = 1e-4;

    private BeitOptimCases() {}

    private record Setting(double lr_scale, double weight_decay) {}

    private static void groups(Case given) {
        Config config = given.config();
        double decay = config.doubleAt("weight_decay");
        Classifier classifier = BeitCases.classifier(config.in("classifier"));
        new ReferenceWeights(classifier, BeitNames::ours).load(given);
        check(
                given,
                "classifier",
                BeitNames::ours,
                finetuning(config, classifier.parametersByName(), classifier.backbone()));
        check(
                given,
                "mim",
                BeitNames::ours,
                ParamGroups.uniform(
                        MaskedCodesCases.build(config.in("mim")).parametersByName(),
                        WeightDecay.sparing(decay, PLACES)));
        check(
                given,
                "vqkd",
                VqkdNames::ours,
                ParamGroups.uniform(
                        VqkdCases.build(given, config.in("vqkd")).parametersByName(),
                        WeightDecay.sparing(TOKENIZER_DECAY, PLACES)));
        Segmenter segmenter = new Segmenter(config.in("segmentation"));
        LayerDecay layers = LayerDecay.below(
                BACKBONE, config.doubleAt("layer_decay"), segmenter.backbone.layers(), segmenter.backbone::layerOf);
        check(
                given,
                "segmentation",
                BeitNames::ours,
                ParamGroups.layerwise(segmenter.parametersByName(), layers, WeightDecay.segment(decay, "")));
    }

    /** The model must have the parameters that the reference has, no more and no less. */
    private static void check(Case given, String part, UnaryOperator<String> names, List<ParamGroup> groups) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (ParamGroup group : groups) {
            group.names().forEach(name -> settings.put(name, new Setting(group.lrScale(), group.weightDecay())));
        }
        Map<String, Setting> byReference = new LinkedHashMap<>();
        given.expected()
                .at("/" + part)
                .fieldNames()
                .forEachRemaining(reference -> byReference.put(reference, settings.remove(names.apply(reference))));
        if (!settings.isEmpty()) {
            given.fail("%s: parameters that the reference does not have: %s".formatted(part, settings.keySet()));
        }
        given.checkExpected("/" + part, byReference);
        given.check("lr_scale." + part, all(byReference, Setting::lr_scale));
        given.check("weight_decay." + part, all(byReference, Setting::weight_decay));
    }

    private static double[] all(Map<String, Setting> settings, ToDoubleFunction<Setting> value) {
        return settings.values().stream()
                .mapToDouble(setting -> setting == null ? Double.NaN : value.applyAsDouble(setting))
                .toArray();
    }

    private static List<ParamGroup> finetuning(Config config, Map<String, Tensor> parameters, Backbone backbone) {
        List<String> spared = new ArrayList<>(PLACES);
        if (config.boolAt("disable_weight_decay_on_rel_pos_bias", false)) {
            spared.add("relative_position_bias_table");
        }
        LayerDecay layers =
                LayerDecay.below(BACKBONE, config.doubleAt("layer_decay"), backbone.layers(), backbone::layerOf);
        return ParamGroups.layerwise(parameters, layers, WeightDecay.sparing(config.doubleAt("weight_decay"), spared));
    }

    private static void steps(Case given) {
        Config config = given.config();
        Classifier model = BeitCases.classifier(config.in("classifier"));
        new ReferenceWeights(model, BeitNames::ours).load(given);
        Map<String, Tensor> parameters = model.parametersByName();
        double[] betas = config.has("opt_betas") ? config.doublesAt("opt_betas") : new double[] {0.9, 0.999};
        Optimizer adamW = new AdamW(
                finetuning(config, parameters, model.backbone()),
                new AdamW.Options(betas[0], betas[1], config.doubleAt("opt_eps")));
        int perEpoch = config.intAt("niter_per_ep"), total = config.intAt("epochs") * perEpoch;
        Schedule schedule = new Schedule.InclusiveCosine(
                config.doubleAt("lr"), config.doubleAt("min_lr"), total, config.intAt("warmup_epochs") * perEpoch, 0);
        double limit = config.doubleAt("clip_grad", Double.POSITIVE_INFINITY);
        double[] rates = new double[total], norms = new double[total];
        Map<String, Tensor> inputs = given.inputs();
        for (int step = 0; step < total; step++) {
            String place = step + ".";
            for (String name : given.weights().keySet()) {
                Tensor gradient = inputs.get("grad" + place + name);
                if (gradient != null) {
                    parameters.get(BeitNames.ours(name)).mutable_grad().put(gradient.clone());
                }
            }
            rates[step] = schedule.at(step);
            norms[step] = Clip.toNorm(List.copyOf(parameters.values()), limit);
            adamW.step(rates[step]);
            given.outputs().keySet().stream()
                    .filter(name -> name.startsWith("step" + place))
                    .forEach(name ->
                            given.check(name, parameters.get(BeitNames.ours(name.substring(name.indexOf('.') + 1)))));
        }
        given.check("lr", rates);
        given.check("grad_norm", norms);
    }

    /** A backbone for dense prediction under a head that stands for any. */
    private static final class Segmenter extends Layer {
        private final Backbone backbone;

        Segmenter(Config config) {
            backbone = child("backbone", BeitCases.segmentationSpec(config).build(Use.DENSE));
            child("decode_head", new Conv2d(backbone.dim(), 2, Conv2d.Shape.kernel(1)));
        }
    }
}
