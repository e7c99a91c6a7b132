package dev.fovea.optim;

import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * Which parameters decay. One-dimensional ones (biases, norms, layer scales) never do; {@code biases} says whether the
 * same holds for every name ending in {@code .bias}, and {@code exempt} names further ones. {@code forced} names those that
 * decay whatever they are.
 */
public record WeightDecay(double value, boolean biases, Predicate<String> exempt, Predicate<String> forced) {
    public WeightDecay(double value, boolean biases, Predicate<String> exempt) {
        this(value, biases, exempt, name -> false);
    }

    /** timm add_weight_decay: class, mask and position tokens do decay when they are trained. */
    public static WeightDecay pretrain(double value) {
        return new WeightDecay(value, true, name -> false);
    }

    /** MAE util/lr_decay.py: {@code noWeightDecay} are whole names below the backbone, such as {@code pos_embed}. */
    public static WeightDecay finetune(double value, String prefix, Set<String> noWeightDecay) {
        return new WeightDecay(value, false, matching(prefix, noWeightDecay));
    }

    /**
     * mmcv_custom/layer_decay_optimizer_constructor.py of the segmentation codes. They compare the whole name with
     * {@code pos_embed} and {@code cls_token}, so {@code backbone.pos_embed} is not met and does decay: an oversight
     * that the published results contain. An empty {@code prefix} repeats it, {@code "backbone."} mends it.
     */
    public static WeightDecay segment(double value, String prefix) {
        return new WeightDecay(value, true, matching(prefix, Set.of("pos_embed", "cls_token")));
    }

    /** As {@link #pretrain}, but parameters whose name ends in one of these parts do not decay either. */
    public static WeightDecay sparing(double value, Collection<String> lastParts) {
        return new WeightDecay(value, true, name -> lastParts.contains(name.substring(name.lastIndexOf('.') + 1)));
    }

    /** The same, but parameters whose name ends in one of these texts decay whatever else holds for them. */
    public WeightDecay alsoOn(Collection<String> endings) {
        return new WeightDecay(
                value, biases, exempt, name -> endings.stream().anyMatch(name::endsWith) || forced.test(name));
    }

    private static Predicate<String> matching(String prefix, Set<String> names) {
        return name -> name.startsWith(prefix) && names.contains(name.substring(prefix.length()));
    }

    /** Whether a parameter is exempt, which the value 0 does not make it: groups are formed by the rule. */
    boolean spares(String name, Tensor parameter) {
        boolean free = parameter.dim() <= 1 || biases && name.endsWith(".bias") || exempt.test(name);
        return free && !forced.test(name);
    }

    double of(String name, Tensor parameter) {
        return spares(name, parameter) ? 0 : value;
    }
}
