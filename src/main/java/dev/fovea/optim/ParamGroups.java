package dev.fovea.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Splits the trainable parameters of a model into groups, in the reference codes' order; frozen ones are left out. */
public final class ParamGroups {
    private ParamGroups() {}

    /** One learning rate; first what does not decay, then the rest (timm add_weight_decay). */
    public static List<ParamGroup> uniform(Map<String, Tensor> parameters, WeightDecay decay) {
        Map<String, Tensor> free = new LinkedHashMap<>();
        Map<String, Tensor> decayed = new LinkedHashMap<>();
        trainable(parameters)
                .forEach((name, parameter) -> (decay.spares(name, parameter) ? free : decayed).put(name, parameter));
        List<ParamGroup> groups = new ArrayList<>();
        if (!free.isEmpty()) {
            groups.add(new ParamGroup("no_decay", free, 1, 0));
        }
        if (!decayed.isEmpty()) {
            groups.add(new ParamGroup("decay", decayed, 1, decay.value()));
        }
        return groups;
    }

    /** One group per layer and decay, in the order in which their first parameters come (MAE util/lr_decay.py). */
    public static List<ParamGroup> layerwise(Map<String, Tensor> parameters, LayerDecay layers, WeightDecay decay) {
        Map<String, Map<String, Tensor>> members = new LinkedHashMap<>();
        trainable(parameters).forEach((name, parameter) -> {
            String kind = decay.spares(name, parameter) ? "no_decay" : "decay";
            members.computeIfAbsent("layer_" + layers.layer(name) + "_" + kind, group -> new LinkedHashMap<>())
                    .put(name, parameter);
        });
        List<ParamGroup> groups = new ArrayList<>();
        members.forEach((group, tensors) -> {
            var first = tensors.entrySet().iterator().next();
            groups.add(new ParamGroup(
                    group, tensors, layers.scale(first.getKey()), decay.of(first.getKey(), first.getValue())));
        });
        return groups;
    }

    /** One group per rule, in the order in which their first parameters come (mmcv DefaultOptimizerConstructor). */
    public static List<ParamGroup> byKeys(Map<String, Tensor> parameters, List<KeyRule> rules, double weightDecay) {
        Map<KeyRule, Map<String, Tensor>> members = new LinkedHashMap<>();
        trainable(parameters).forEach((name, parameter) -> members.computeIfAbsent(
                        KeyRule.of(name, rules), rule -> new LinkedHashMap<>())
                .put(name, parameter));
        List<ParamGroup> groups = new ArrayList<>();
        members.forEach((rule, tensors) ->
                groups.add(new ParamGroup(rule.group(), tensors, rule.lr(), weightDecay * rule.decay())));
        return groups;
    }

    private static Map<String, Tensor> trainable(Map<String, Tensor> parameters) {
        Map<String, Tensor> trainable = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> {
            if (parameter.requires_grad()) {
                trainable.put(name, parameter);
            }
        });
        if (trainable.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of the %d parameters is trainable: nothing to optimize".formatted(parameters.size()));
        }
        return trainable;
    }
}
