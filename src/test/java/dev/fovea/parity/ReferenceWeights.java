package dev.fovea.parity;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.StateLoader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Moves the weights of a case into a model and its gradients back out, under the reference's names.
 *
 * @param tokenRows our names of tables {@code [1, N, D]} that have a row in front there, which nothing reads
 */
record ReferenceWeights(Layer model, UnaryOperator<String> rename, Set<String> tokenRows) {
    ReferenceWeights(Layer model, UnaryOperator<String> rename) {
        this(model, rename, Set.of());
    }

    /** Copies every tensor; a name without a place, or a place without a name, fails the case. */
    void load(Case given) {
        StateLoader.strict()
                .renaming(rename)
                .adapting((name, table, wanted) -> tokenRows.contains(name) ? table.narrow(1, 1, wanted[1]) : null)
                .reshaping()
                .load(given.weights(), model.state(), given.id());
    }

    /** Gradients of all parameters that have one, in the reference's shapes. */
    Map<String, Tensor> gradients(Case given) {
        Map<String, Tensor> parameters = model.parametersByName();
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        given.weights().forEach((name, recorded) -> {
            String own = rename.apply(name);
            Tensor parameter = parameters.get(own);
            if (parameter != null && parameter.grad().defined()) {
                Tensor gradient = parameter.grad();
                Tensor all = tokenRows.contains(own)
                        ? Tensors.cat(1, Tensors.zeros(1, 1, gradient.size(2)), gradient)
                        : gradient;
                gradients.put(name, all.reshape(Shapes.of(recorded)));
            }
        });
        return gradients;
    }
}
