package dev.fovea.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Parameters that share a learning-rate scale and a weight decay, by their names, in the model's order. */
public record ParamGroup(String name, Map<String, Tensor> parameters, double lrScale, double weightDecay) {
    public ParamGroup {
        if (!(lrScale >= 0) || !(weightDecay >= 0)) {
            throw new IllegalArgumentException(
                    "parameter group '%s': lrScale %s and weightDecay %s must not be negative"
                            .formatted(name, lrScale, weightDecay));
        }
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    public List<String> names() {
        return List.copyOf(parameters.keySet());
    }
}
