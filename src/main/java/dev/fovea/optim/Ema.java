package dev.fovea.optim;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Scripts;
import dev.fovea.tensor.Shapes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;

/**
 * The exponential moving average of a model: {@code average = decay * average + (1 - decay) * online} for parameters;
 * buffers are copied. It starts as a copy of the model.
 *
 * <p>Build it outside any {@code PointerScope}.
 */
public final class Ema {
    private static final String SCRIPT =
            """
            def average(a: List[Tensor], online: List[Tensor], weight: float):
                torch._foreach_lerp_(a, online, weight)
            """;

    private final Map<String, Tensor> average = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers;
    private final IValue averageList;
    private final IValue onlineList;

    /** Averages into tensors of its own. */
    public Ema(Map<String, Tensor> parameters, Map<String, Tensor> buffers) {
        this(parameters, buffers, copies(parameters, buffers));
    }

    /** Averages into the state of a second model of the same build, such as a teacher. */
    public Ema(Map<String, Tensor> parameters, Map<String, Tensor> buffers, Map<String, Tensor> twin) {
        this.buffers = Map.copyOf(buffers);
        List<Tensor> averaged = new ArrayList<>();
        try (NoGrad guard = new NoGrad()) {
            parameters.forEach((name, online) -> averaged.add(adopt(name, online, twin)));
            buffers.forEach((name, online) -> adopt(name, online, twin));
        }
        averageList = Scripts.list(averaged);
        onlineList = Scripts.list(parameters.values());
    }

    /** Moves the average; call it after the optimizer's step. {@code decay} 1 keeps it, 0 copies the model. */
    public void update(double decay) {
        if (!(decay >= 0 && decay <= 1)) {
            throw new IllegalArgumentException("moving average: decay %s is not in [0, 1]".formatted(decay));
        }
        try (PointerScope scope = new PointerScope();
                NoGrad guard = new NoGrad()) {
            Scripts.call(SCRIPT, "average", averageList, onlineList, new IValue(1 - decay));
            buffers.forEach((name, online) -> average.get(name).copy_(online));
        }
    }

    /** The live average, parameters and buffers by the model's names; write it to a file and {@link #load} it. */
    public Map<String, Tensor> state() {
        return Collections.unmodifiableMap(average);
    }

    /** Copies saved values in; every name and shape must be that of {@link #state}. */
    public void load(Map<String, Tensor> saved) {
        StateCopy.into(average, saved, "moving average");
    }

    private Tensor adopt(String name, Tensor online, Map<String, Tensor> twin) {
        Tensor own = twin.get(name);
        if (own == null || !Shapes.same(own, online)) {
            throw new IllegalArgumentException("moving average: '%s' has shape %s, the twin has %s"
                    .formatted(name, Shapes.text(online), own == null ? "no such tensor" : Shapes.text(own)));
        }
        average.put(name, own.copy_(online));
        return own;
    }

    private static Map<String, Tensor> copies(Map<String, Tensor> parameters, Map<String, Tensor> buffers) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> copies.put(name, tensor.detach().clone()));
        buffers.forEach((name, tensor) -> copies.put(name, tensor.detach().clone()));
        return copies;
    }
}
