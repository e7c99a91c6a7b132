package dev.fovea.optim;

import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Parameters with chosen values and gradients. */
final class Given {
    private Given() {}

    static Tensor parameter(double... values) {
        return parameter(new long[] {values.length}, values);
    }

    static Tensor parameter(long[] shape, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensors.of(floats, shape).set_requires_grad(true);
    }

    static Tensor zeros(long... shape) {
        return Tensors.zeros(shape).set_requires_grad(true);
    }

    static void gradient(Tensor parameter, double... values) {
        parameter.mutable_grad().put(parameter(values).detach().reshape(parameter.sizes()));
    }

    static List<ParamGroup> oneGroup(String name, Tensor parameter, double lrScale, double weightDecay) {
        return List.of(new ParamGroup("all", Map.of(name, parameter), lrScale, weightDecay));
    }

    static Map<String, Tensor> copies(Map<String, Tensor> tensors) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> copies.put(name, tensor.detach().clone()));
        return copies;
    }
}
