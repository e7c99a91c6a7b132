package dev.fovea.optim;

import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Layer-wise learning-rate decay (BEiT; MAE util/lr_decay.py): layer l of 0 … top trains with {@code rate^(top - l)}.
 * Layer 0 is the stem, i + 1 is block i, {@code top} = blocks + 1 is everything behind them.
 *
 * @param last layer that there is: {@code top}, but where a released code has counted beyond it, and so trains what is
 *     there faster
 */
public record LayerDecay(double rate, int top, int last, ToIntFunction<String> layerOf) {
    public LayerDecay {
        if (!(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("layer decay %s is not in (0, 1]".formatted(rate));
        }
    }

    public LayerDecay(double rate, int top, ToIntFunction<String> layerOf) {
        this(rate, top, top, layerOf);
    }

    /** For a model that holds its backbone under {@code prefix}; what is outside (heads, necks) is the top layer. */
    public static LayerDecay below(String prefix, double rate, int blocks, ToIntFunction<String> layerOf) {
        return new LayerDecay(
                rate,
                blocks + 1,
                name -> name.startsWith(prefix) ? layerOf.applyAsInt(name.substring(prefix.length())) : blocks + 1);
    }

    /** The same with further parameters in layer 0. */
    public LayerDecay withStem(Predicate<String> stem) {
        return new LayerDecay(rate, top, last, name -> stem.test(name) ? 0 : layerOf.applyAsInt(name));
    }

    /** The same with layers beyond the top. */
    public LayerDecay reaching(int layer) {
        return new LayerDecay(rate, top, layer, layerOf);
    }

    public int layer(String name) {
        int layer = layerOf.applyAsInt(name);
        if (layer < 0 || layer > last) {
            throw new IllegalArgumentException("layer %d of '%s' is not in 0 … %d".formatted(layer, name, last));
        }
        return layer;
    }

    public double scale(String name) {
        return Math.pow(rate, top - layer(name));
    }
}
