package dev.fovea.optim;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** Copies saved tensors into live ones, all or nothing. */
final class StateCopy {
    private StateCopy() {}

    static void into(Map<String, Tensor> live, Map<String, Tensor> saved, String what) {
        TreeSet<String> missing = new TreeSet<>(live.keySet());
        missing.removeAll(saved.keySet());
        TreeSet<String> unexpected = new TreeSet<>(saved.keySet());
        unexpected.removeAll(live.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s does not fit: missing %s, unexpected %s".formatted(what, missing, unexpected));
        }
        live.forEach((name, tensor) -> requireShape(what, name, tensor, saved.get(name)));
        try (NoGrad guard = new NoGrad()) {
            live.forEach((name, tensor) -> tensor.copy_(saved.get(name)));
        }
    }

    private static void requireShape(String what, String name, Tensor live, Tensor saved) {
        if (!Shapes.same(live, saved)) {
            throw new IllegalArgumentException("%s: '%s' has shape %s, the saved one has %s"
                    .formatted(what, name, Shapes.text(live), Shapes.text(saved)));
        }
    }
}
