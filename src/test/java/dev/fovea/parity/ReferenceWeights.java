package dev.fovea.parity;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shapes;
import dev.fovea.weights.StateLoader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Moves the weights of a case into a model and its gradients back out, under the reference's names. */
record ReferenceWeights(Layer model, UnaryOperator<String> rename) {
    /** Copies every tensor; a name without a place, or a place without a name, fails the case. */
    void load(Case given) {
        StateLoader.strict().renaming(rename).reshaping().load(given.weights(), model.state(), given.id());
    }

    /** Gradients of all parameters that have one, in the reference's shapes. */
    Map<String, Tensor> gradients(Case given) {
        Map<String, Tensor> parameters = model.parametersByName();
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        given.weights().forEach((name, recorded) -> {
            Tensor parameter = parameters.get(rename.apply(name));
            if (parameter != null && parameter.grad().defined()) {
                gradients.put(name, parameter.grad().reshape(Shapes.of(recorded)));
            }
        });
        return gradients;
    }
}
