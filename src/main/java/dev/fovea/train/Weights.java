package dev.fovea.train;

import dev.fovea.nn.Layer;
import dev.fovea.optim.Ema;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.weights.ModelCard;
import dev.fovea.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** What a run changes: the model, the optimizer's state, and the averaged weights when the plan asks for them. */
final class Weights {
    private final Layer model;
    private final Map<String, Tensor> live;
    private final Optimizer optimizer;
    private final double decay;
    private final Ema average;

    Weights(Layer model, Optimizer optimizer, double emaDecay) {
        this.model = model;
        this.optimizer = optimizer;
        live = model.state();
        decay = emaDecay;
        average = emaDecay > 0 ? new Ema(model.parametersByName(), model.buffersByName()) : null;
    }

    void average() {
        if (average != null) {
            average.update(decay);
        }
    }

    Checkpoint checkpoint(RunState state, Provenance provenance) {
        return new Checkpoint(state, live, optimizer.state(), averageState(), provenance);
    }

    void restore(Checkpoint checkpoint) {
        copy(checkpoint.model());
        optimizer.load(checkpoint.optimizer());
        if (average != null) {
            average.load(checkpoint.average());
        }
    }

    /** Writes the model alone, averaged where there is an average. */
    void export(Path file, ModelCard card) {
        new ModelFile(card, average == null ? live : average.state()).write(file);
    }

    private Map<String, Tensor> averageState() {
        return average == null ? Map.of() : average.state();
    }

    /** Something that looks at the model. */
    interface Look<T> {
        T look() throws IOException;
    }

    /** Looks at the model in evaluation mode, without gradients, on the averaged weights where there are any. */
    <T> T evaluated(Look<T> look) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad()) {
            Map<String, Tensor> own = new LinkedHashMap<>();
            if (average != null) {
                live.forEach((name, x) -> own.put(name, x.detach().clone()));
                copy(average.state());
            }
            model.eval();
            try {
                return look.look();
            } finally {
                if (average != null) {
                    copy(own);
                }
                model.train(true);
            }
        }
    }

    /** Copies values in; every name and shape must be the model's. */
    private void copy(Map<String, Tensor> values) {
        TreeSet<String> missing = new TreeSet<>(live.keySet());
        missing.removeAll(values.keySet());
        TreeSet<String> unexpected = new TreeSet<>(values.keySet());
        unexpected.removeAll(live.keySet());
        if (!missing.isEmpty() || !unexpected.isEmpty()) {
            throw new IllegalArgumentException(
                    "the checkpoint does not fit the model: missing %s, unexpected %s".formatted(missing, unexpected));
        }
        try (NoGrad off = new NoGrad()) {
            live.forEach((name, x) -> {
                Tensor value = values.get(name);
                if (!Shapes.same(x, value)) {
                    throw new IllegalArgumentException(
                            "the checkpoint does not fit the model: '%s' has shape %s, saved %s"
                                    .formatted(name, Shapes.text(x), Shapes.text(value)));
                }
                x.copy_(value);
            });
        }
    }
}
