package dev.fovea.weights;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * Puts the tensors of a file into a model's state ({@code layer.state()}): renamed, adapted where a rule says so, and
 * all or nothing. What may be missing or left over is declared; anything else fails with the list.
 *
 * @param names from the file's names to the model's; null leaves a tensor out, which counts as ignored
 * @param mayMiss regular expressions over the model's names: they may be missing, or of another shape in the file
 * @param mayBeLeft regular expressions over the renamed names that may have no place in the model
 * @param adapter changes tensors whose shape does not fit
 */
public record StateLoader(UnaryOperator<String> names, List<String> mayMiss, List<String> mayBeLeft, Adapter adapter) {
    /** Makes a tensor of the wanted shape out of another, gives the very tensor back when it fits, or null for no answer. */
    @FunctionalInterface
    public interface Adapter {
        Tensor adapt(String name, Tensor source, long[] wanted);

        /** This adapter, then the other where this one has no answer. */
        default Adapter or(Adapter other) {
            return (name, source, wanted) -> {
                Tensor adapted = adapt(name, source, wanted);
                return adapted == null ? other.adapt(name, source, wanted) : adapted;
            };
        }
    }

    /** Names as they are, nothing missing, nothing left over, every shape equal. */
    public static StateLoader strict() {
        return new StateLoader(Names.same(), List.of(), List.of(), (name, source, wanted) -> null);
    }

    public StateLoader renaming(UnaryOperator<String> rule) {
        return new StateLoader(rule, mayMiss, mayBeLeft, adapter);
    }

    public StateLoader allowingMissing(String... expressions) {
        return new StateLoader(names, joined(mayMiss, expressions), mayBeLeft, adapter);
    }

    public StateLoader allowingLeft(String... expressions) {
        return new StateLoader(names, mayMiss, joined(mayBeLeft, expressions), adapter);
    }

    public StateLoader adapting(Adapter next) {
        return new StateLoader(names, mayMiss, mayBeLeft, adapter.or(next));
    }

    /** Accepts tensors with the same number of elements: a 1x1 convolution's weight for a linear layer's. */
    public StateLoader reshaping() {
        return adapting((name, source, wanted) -> {
            long count = 1;
            for (long side : wanted) {
                count *= side;
            }
            boolean other = !Arrays.equals(Shapes.of(source), wanted);
            return other && source.numel() == count ? source.reshape(wanted) : null;
        });
    }

    private static List<String> joined(List<String> first, String... more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    /**
     * Loads {@code tensors} into {@code state}; {@code source} names the file in the error.
     *
     * @throws IllegalArgumentException when the report is not right; the model is untouched then
     */
    public LoadReport load(Map<String, Tensor> tensors, Map<String, Tensor> state, String source) {
        Plan plan = new Plan(state);
        try (NoGrad off = new NoGrad()) {
            tensors.forEach(plan::place);
            LoadReport report = plan.report();
            if (!report.isRight()) {
                throw new IllegalArgumentException(
                        "%s does not fit the model: %s\n%s".formatted(source, report.summary(), report.wrong()));
            }
            plan.copies.forEach((name, tensor) -> state.get(name).copy_(tensor));
            return report;
        }
    }

    private static boolean matches(List<String> expressions, String name) {
        return expressions.stream().anyMatch(expression -> Pattern.matches(expression, name));
    }

    /** Decides about every tensor before the first is copied. */
    private final class Plan {
        private final Map<String, Tensor> state;
        private final Map<String, Tensor> copies = new LinkedHashMap<>();
        private final List<String> loaded = new ArrayList<>();
        private final List<String> changed = new ArrayList<>();
        private final List<String> freshShape = new ArrayList<>();
        private final List<String> ignored = new ArrayList<>();
        private final List<String> unexpected = new ArrayList<>();
        private final List<String> misShaped = new ArrayList<>();

        private Plan(Map<String, Tensor> state) {
            this.state = state;
        }

        private void place(String foreign, Tensor tensor) {
            String name = names.apply(foreign);
            if (name == null || !state.containsKey(name)) {
                boolean declared = name == null || matches(mayBeLeft, name);
                (declared ? ignored : unexpected).add(foreign);
                return;
            }
            long[] wanted = Shapes.of(state.get(name));
            String shapes = "%s %s -> %s".formatted(name, Shapes.text(tensor), Shapes.text(wanted));
            // Also where the shapes are equal: a table of positions for 4 x 16 cells has that of one for 8 x 8.
            Tensor adapted = adapter.adapt(name, tensor, wanted);
            Tensor fitting = adapted == null && Shapes.same(tensor, state.get(name)) ? tensor : adapted;
            if (fitting == null) {
                (matches(mayMiss, name) ? freshShape : misShaped).add(shapes);
                return;
            }
            if (copies.put(name, fitting) != null) {
                throw new IllegalArgumentException("two tensors of the file are renamed to " + name);
            }
            (fitting == tensor ? loaded : changed).add(fitting == tensor ? name : shapes);
        }

        private LoadReport report() {
            List<String> missingExpected = new ArrayList<>(freshShape);
            List<String> missingWrong = new ArrayList<>();
            for (String name : state.keySet()) {
                boolean answered = copies.containsKey(name)
                        || freshShape.stream().anyMatch(shapes -> shapes.startsWith(name + " "))
                        || misShaped.stream().anyMatch(shapes -> shapes.startsWith(name + " "));
                if (!answered) {
                    (matches(mayMiss, name) ? missingExpected : missingWrong).add(name);
                }
            }
            return new LoadReport(loaded, changed, missingExpected, missingWrong, ignored, unexpected, misShaped);
        }
    }
}
