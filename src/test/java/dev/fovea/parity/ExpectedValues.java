package dev.fovea.parity;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The JSON values under {@code expected} of a case, and which of them have been compared. */
final class ExpectedValues {
    private final JsonNode root;
    private final Set<String> compared = new LinkedHashSet<>();

    ExpectedValues(JsonNode root) {
        this.root = root;
    }

    JsonNode root() {
        return root;
    }

    boolean isEmpty() {
        return root.isMissingNode() || root.isEmpty();
    }

    void take(String pointer) {
        compared.add(pointer);
    }

    /** What differs between a value and the recorded one at the pointer. */
    List<String> compare(String pointer, JsonNode actual, Tolerance tolerance) {
        compared.add(pointer);
        List<String> problems = new ArrayList<>();
        compare("expected" + pointer, actual, root.at(pointer), tolerance, problems);
        return problems;
    }

    private static void compare(
            String place, JsonNode actual, JsonNode recorded, Tolerance tolerance, List<String> problems) {
        if (recorded.isMissingNode()) {
            problems.add(place + ": no such expected value");
        } else if (recorded.isNumber() && actual.isNumber()) {
            if (!tolerance.accepts(actual.doubleValue(), recorded.doubleValue())) {
                problems.add("%s: %s, recorded is %s, |difference| %.3g outside %s"
                        .formatted(
                                place,
                                actual,
                                recorded,
                                Math.abs(actual.doubleValue() - recorded.doubleValue()),
                                tolerance));
            }
        } else if (recorded.isArray() && actual.isArray() && recorded.size() == actual.size()) {
            for (int i = 0; i < recorded.size(); i++) {
                compare(place + "/" + i, actual.get(i), recorded.get(i), tolerance, problems);
            }
        } else if (recorded.isObject() && actual.isObject()) {
            Set<String> keys = new TreeSet<>();
            recorded.fieldNames().forEachRemaining(keys::add);
            actual.fieldNames().forEachRemaining(keys::add);
            for (String key : keys) {
                JsonNode missing = JsonNodeFactory.instance.missingNode();
                JsonNode left = actual.has(key) ? actual.get(key) : missing;
                JsonNode right = recorded.has(key) ? recorded.get(key) : missing;
                compare(place + "/" + key, left, right, tolerance, problems);
            }
        } else if (!recorded.equals(actual)) {
            problems.add("%s: %s, recorded is %s".formatted(place, text(actual), text(recorded)));
        }
    }

    private static String text(JsonNode node) {
        if (node.isMissingNode()) {
            return "nothing";
        }
        return node.isArray() ? "list of " + node.size() + " " + node : node.toString();
    }

    /** Pointers of the largest parts of which nothing was compared. */
    List<String> neverCompared() {
        List<String> left = new ArrayList<>();
        collect("", root, left);
        return left;
    }

    private void collect(String pointer, JsonNode node, List<String> left) {
        if (node.isMissingNode() || compared.contains(pointer)) {
            return;
        }
        boolean below = compared.stream().anyMatch(p -> p.startsWith(pointer + "/"));
        if (!below && !pointer.isEmpty()) {
            left.add(pointer);
            return;
        }
        if (node.isObject()) {
            node.properties().forEach(field -> {
                String step = JsonPointer.empty().appendProperty(field.getKey()).toString();
                collect(pointer + step, field.getValue(), left);
            });
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(pointer + "/" + i, node.get(i), left);
        }
    }
}
