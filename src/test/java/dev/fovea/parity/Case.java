package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * One recorded case: what goes in, what the reference computed, and the book-keeping of what was compared. Mismatches
 * are collected, and {@link #finish} fails with all of them, and with every output or expected value left uncompared.
 */
final class Case {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GRADIENT = "grad.";
    private static final Pattern LARGEST =
            Pattern.compile("gradients may also be held to \\|difference\\| <= ([\\d.e-]+) \\* largest entry");

    private final String id;
    private final Path folder;
    private final JsonNode json;
    private final Map<String, Tensor> outputs;
    private final ExpectedValues expected;
    private final Set<String> compared = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    /** Opens {@code root/system/case}; {@code id} is {@code system/case}. */
    Case(Path root, String id) {
        this.id = id;
        this.folder = root.resolve(id);
        try {
            json = JSON.readTree(folder.resolve("case.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        outputs = tensors("outputs.safetensors");
        expected = new ExpectedValues(json.path("expected"));
    }

    String id() {
        return id;
    }

    /** The hyper-parameters under the reference's names. */
    Config config() {
        return new Config(id + " config", json.path("config"));
    }

    /** The whole case.json, for fields that few cases have. */
    JsonNode json() {
        return json;
    }

    /** Whether the reference ran in train mode. */
    boolean training() {
        return json.path("mode").asText().startsWith("train");
    }

    /** Parameters and buffers under the reference's names; empty for cases without. */
    Map<String, Tensor> weights() {
        return tensors("weights.safetensors");
    }

    /** Every input, random draws included; empty for cases without. */
    Map<String, Tensor> inputs() {
        return tensors("inputs.safetensors");
    }

    Tensor input(String name) {
        return named(inputs(), name, "input");
    }

    /** The draws of drop path in call order; none where the rate is 0. */
    List<Tensor> dropPathDraws() {
        Tensor draws = inputs().get("drop_path_rand");
        return draws == null || draws.size(0) == 0 ? List.of() : List.of(Tensors.unbind(draws));
    }

    /** The recorded outputs; looking at one does not count as comparing it. */
    Map<String, Tensor> outputs() {
        return outputs;
    }

    Tensor output(String name) {
        return named(outputs, name, "output");
    }

    /** The recorded JSON values; missing when the case has none. Compare them with {@link #checkExpected}. */
    JsonNode expected() {
        return expected.root();
    }

    /** A further file of the case, such as a checkpoint. */
    Path file(String name) {
        return folder.resolve(name);
    }

    Tolerance tolerance() {
        return Tolerance.ofValues(json.path("tolerance"));
    }

    /** A special number of the tolerance field, such as {@code mean_pairs_atol}. */
    double toleranceAt(String key) {
        return new Config(id + " tolerance", json.path("tolerance")).doubleAt(key);
    }

    /** Compares a tensor with the recorded output of this name; shapes must be equal. */
    void check(String name, Tensor actual) {
        JsonNode tolerance = json.path("tolerance");
        if (name.startsWith(GRADIENT)) {
            Tolerance own = Tolerance.ofGradients(tolerance);
            boolean relative = problem(name, actual, own) != null && problem(name, actual, ofLargest(name)) == null;
            check(name, actual, relative ? ofLargest(name) : own);
        } else {
            check(name, actual, Tolerance.ofValues(tolerance));
        }
    }

    /** The other rule that notes give for gradients, whose rounding goes with a tensor's largest entry; as strict where there is none. */
    private Tolerance ofLargest(String name) {
        Matcher rule = LARGEST.matcher(json.path("notes").asText());
        Tensor recorded = outputs.get(name);
        if (!rule.find() || recorded == null || recorded.numel() == 0) {
            return Tolerance.ofGradients(json.path("tolerance"));
        }
        double largest = Tensors.item(recorded.abs().max());
        return new Tolerance(Double.parseDouble(rule.group(1)) * largest, 0);
    }

    private String problem(String name, Tensor actual, Tolerance tolerance) {
        Tensor recorded = outputs.get(name);
        return recorded == null ? "no such output" : TensorComparison.mismatch(name, actual, recorded, tolerance);
    }

    /** The same with a tolerance that the notes of the case give for this output. */
    void check(String name, Tensor actual, Tolerance tolerance) {
        Tensor recorded = outputs.get(name);
        if (recorded == null) {
            problems.add("%s: no such output among %s".formatted(name, outputs.keySet()));
            return;
        }
        compared.add(name);
        String mismatch = TensorComparison.mismatch(name, actual, recorded, tolerance);
        if (mismatch != null) {
            problems.add(mismatch);
        }
    }

    /** Compares values computed in double, row-major, with an output of as many elements. */
    void check(String name, double... actual) {
        Tensor recorded = outputs.get(name);
        boolean fits = recorded != null && recorded.numel() == actual.length;
        check(name, fits ? Tensors.of(actual, Shapes.of(recorded)) : Tensors.of(actual, actual.length));
    }

    /** Compares every output named {@code grad.X} with the gradient under the reference's parameter name X. */
    void checkGradients(Map<String, Tensor> byReferenceName) {
        for (String name : outputs.keySet()) {
            if (name.startsWith(GRADIENT)) {
                check(name, byReferenceName.get(name.substring(GRADIENT.length())));
            }
        }
    }

    /**
     * Compares a value (numbers, texts, lists, maps, or records that Jackson can write) with the recorded one at a JSON
     * pointer below {@code expected} ({@code /groups/0/lr}); numbers within the tolerance of the case.
     */
    void checkExpected(String pointer, Object actual) {
        problems.addAll(expected.compare(pointer, JSON.valueToTree(actual), tolerance()));
    }

    /** Marks expected values that describe how the reference was set up: settings of the case, not results. */
    void takeAsSettings(String pointer) {
        expected.take(pointer);
    }

    /** Adds a failure that no comparison covers. */
    void fail(String problem) {
        problems.add(problem);
    }

    /** Fails with all mismatches, and with outputs and expected values that were never compared. */
    void finish() {
        if (outputs.isEmpty() && expected.isEmpty()) {
            problems.add("nothing was recorded: neither outputs nor expected values");
        }
        Set<String> left = new LinkedHashSet<>(outputs.keySet());
        left.removeAll(compared);
        if (!left.isEmpty()) {
            problems.add("outputs never compared: " + left);
        }
        List<String> unread = expected.neverCompared();
        if (!unread.isEmpty()) {
            problems.add("expected values never compared: " + unread);
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(problemText());
        }
    }

    /** All problems so far, one a line. */
    String problemText() {
        return id + ": " + problems.size() + " problem(s)\n  " + String.join("\n  ", problems);
    }

    boolean hasProblems() {
        return !problems.isEmpty();
    }

    private Map<String, Tensor> tensors(String name) {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Safetensors.read(file) : new LinkedHashMap<>();
    }

    private Tensor named(Map<String, Tensor> tensors, String name, String kind) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new AssertionError("%s: no %s '%s' among %s".formatted(id, kind, name, tensors.keySet()));
        }
        return tensor;
    }
}
