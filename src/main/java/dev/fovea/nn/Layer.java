package dev.fovea.nn;

import dev.fovea.tensor.Natives;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;

/**
 * A module with named parameters, buffers and children. Subclasses build everything in one constructor, keep typed
 * fields for their forward pass, and never close a tensor: the training loop owns the scope of a step.
 *
 * <p>Never construct a layer inside a {@code PointerScope} that closes before the layer's life ends.
 */
public abstract class Layer extends Module {
    static {
        Natives.start();
    }

    /** {@code x -> y}; layers with several inputs or outputs declare their own method and do not support this one. */
    public Tensor forward(Tensor x) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no forward of one tensor");
    }

    /** bytedeco's {@code children()} loses the Java classes, so the tree is kept here as well. */
    private final List<Layer> children = new ArrayList<>();

    protected final <L extends Layer> L child(String name, L layer) {
        children.add(layer);
        return register_module(name, layer);
    }

    /** A numbered list of children: {@code name.0, name.1, …}. */
    protected final <L extends Layer> List<L> childList(String name, List<L> layers) {
        child(name, new LayerList(layers));
        return List.copyOf(layers);
    }

    /** This layer and everything below it, depth first in registration order. */
    public final Stream<Layer> tree() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(Layer::tree));
    }

    final Stream<Linear> linears() {
        return tree().filter(Linear.class::isInstance).map(Linear.class::cast);
    }

    /**
     * A trainable parameter. The handle that was given is handed back: the one that libtorch returns points into a
     * vector and dangles after the next registration.
     */
    protected final Tensor parameter(String name, Tensor value) {
        register_parameter(name, value, true);
        return value;
    }

    /** A parameter of the state dict that is never trained, such as a fixed sin-cos table. */
    protected final Tensor frozenParameter(String name, Tensor value) {
        register_parameter(name, value, false);
        return value;
    }

    protected final Tensor buffer(String name, Tensor value) {
        register_buffer(name, value);
        return value;
    }

    /** All parameters by their dotted names, in registration order. */
    public final Map<String, Tensor> parametersByName() {
        return toMap(named_parameters());
    }

    /** All buffers by their dotted names. */
    public final Map<String, Tensor> buffersByName() {
        return toMap(named_buffers());
    }

    /** Parameters and buffers by their dotted names: what a checkpoint holds. */
    public final Map<String, Tensor> state() {
        Map<String, Tensor> state = parametersByName();
        state.putAll(buffersByName());
        return state;
    }

    /** Takes every parameter from training for good: optimizers leave it alone and it gets no gradient. */
    public final void freeze() {
        parametersByName().values().forEach(parameter -> parameter.set_requires_grad(false));
    }

    public final long parameterCount() {
        return parametersByName().values().stream().mapToLong(Tensor::numel).sum();
    }

    /** Throws {@link IllegalArgumentException} with the formatted rule when it does not hold. */
    protected static void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }

    private static Map<String, Tensor> toMap(StringTensorDict dict) {
        Map<String, Tensor> map = new LinkedHashMap<>();
        var keys = dict.keys();
        var values = dict.values();
        for (long i = 0; i < dict.size(); i++) {
            map.put(keys.get(i).getString(), new Tensor(values.get(i)));
        }
        return map;
    }
}
