package dev.fovea.parity;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Moves the weights of a case into a model and its gradients back out, under the reference's names. */
record ReferenceWeights(Layer model, UnaryOperator<String> rename) {
    /** Copies every tensor; a name without a place, or a place without a name, fails the case. */
    void load(Case given) {
        Map<String, Tensor> state = model.state();
        Set<String> left = new LinkedHashSet<>(state.keySet());
        try (NoGrad off = new NoGrad()) {
            given.weights().forEach((name, tensor) -> {
                Tensor place = state.get(rename.apply(name));
                left.remove(rename.apply(name));
                if (place == null) {
                    throw new AssertionError("no place for %s (as %s)".formatted(name, rename.apply(name)));
                }
                if (place.numel() != tensor.numel()) {
                    throw new AssertionError(
                            "%s: %s does not fit %s".formatted(name, Shapes.text(tensor), Shapes.text(place)));
                }
                place.copy_(tensor.reshape(Shapes.of(place)));
            });
        }
        if (!left.isEmpty()) {
            throw new AssertionError("the case has no weights for " + left);
        }
    }

    /** Gradients of all parameters that have one. */
    Map<String, Tensor> gradients(Case given) {
        Map<String, Tensor> parameters = model.parametersByName();
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        given.weights().keySet().forEach(name -> {
            Tensor parameter = parameters.get(rename.apply(name));
            if (parameter != null && parameter.grad().defined()) {
                gradients.put(name, parameter.grad());
            }
        });
        return gradients;
    }
}
