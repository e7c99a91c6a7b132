package dev.fovea.parity;

import dev.fovea.backbone.Backbone;
import dev.fovea.classify.Classifier;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Clip;
import dev.fovea.optim.LayerDecay;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.ParamGroup;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.WeightDecay;
import dev.fovea.weights.BeitNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** microsoft/unilm beit2: steps of AdamW with layer decay, schedule and clipping. */
final class BeitOptimCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of("optimizer_steps", BeitOptimCases::steps);

    private static final String BACKBONE = "backbone.";
    private static final List<String> PLACES = List.of("pos_embed", "cls_token");

    private BeitOptimCases() {}

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
}
