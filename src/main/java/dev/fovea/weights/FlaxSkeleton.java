package dev.fovea.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * What a Flax checkpoint holds besides the values of its arrays: an object for a map, {@code [x]} for the plain value x, and
 * for an array a text: {@code array} or {@code scalar}, and its type where a tensor cannot say it.
 */
record FlaxSkeleton(ObjectNode root) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static FlaxSkeleton of(Map<String, Object> tree) {
        return new FlaxSkeleton((ObjectNode) node(tree));
    }

    static FlaxSkeleton parse(String text) {
        try {
            if (JSON.readTree(text) instanceof ObjectNode root) {
                return new FlaxSkeleton(root);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the form of the Flax checkpoint is no JSON: " + e.getOriginalMessage());
        }
        throw new IllegalArgumentException("the form of the Flax checkpoint is no JSON object");
    }

    String text() {
        return root.toString();
    }

    private static JsonNode node(Object value) {
        if (value instanceof Map<?, ?>) {
            ObjectNode object = NODES.objectNode();
            FlaxReader.asMap(value).forEach((key, child) -> object.set(key, node(child)));
            return object;
        }
        if (value instanceof FlaxArray array) {
            String kind = array.scalar() ? "scalar" : "array";
            boolean unsigned = array.dtype().isUnsigned();
            return NODES.textNode(unsigned ? kind + " " + array.dtype().numpyName() : kind);
        }
        return NODES.arrayNode().addPOJO(value);
    }

    /** The tree with the arrays in their places; there must be one for each place and none beside. */
    Map<String, Object> filled(Map<String, Tensor> tensors) {
        TreeSet<String> left = new TreeSet<>(tensors.keySet());
        Map<String, Object> tree = map(root, "", tensors, left);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("the Flax checkpoint that this file was made of has no " + left);
        }
        return tree;
    }

    private static Map<String, Object> map(
            ObjectNode object, String prefix, Map<String, Tensor> tensors, TreeSet<String> left) {
        Map<String, Object> map = new LinkedHashMap<>();
        object.properties().forEach(entry -> {
            String path = prefix + entry.getKey();
            JsonNode child = entry.getValue();
            if (child instanceof ObjectNode inner) {
                map.put(entry.getKey(), map(inner, path + FlaxFile.SEPARATOR, tensors, left));
            } else if (child.isTextual()) {
                left.remove(path);
                map.put(entry.getKey(), array(path, child.textValue(), tensors.get(path)));
            } else {
                map.put(entry.getKey(), plain(path, child));
            }
        });
        return map;
    }

    private static FlaxArray array(String path, String kind, Tensor values) {
        if (values == null) {
            throw new IllegalArgumentException("'%s' is missing, an array of the Flax checkpoint".formatted(path));
        }
        String[] words = kind.split(" ");
        FlaxDtype dtype = words.length > 1 ? FlaxDtype.named(words[1]) : FlaxDtype.of(values);
        if (dtype == null) {
            throw new IllegalArgumentException("'%s' has the unknown element type '%s'".formatted(path, words[1]));
        }
        return new FlaxArray(dtype, words[0].equals("scalar"), values);
    }

    private static Object plain(String path, JsonNode leaf) {
        JsonNode value = leaf instanceof ArrayNode list && list.size() == 1 ? list.get(0) : NODES.missingNode();
        if (value.isNull()) {
            return null;
        } else if (value.isTextual()) {
            return value.textValue();
        } else if (value.isBoolean()) {
            return value.booleanValue();
        } else if (value.isIntegralNumber()) {
            return value.longValue();
        } else if (value.isNumber()) {
            return value.doubleValue();
        }
        throw new IllegalArgumentException("'%s' is %s, no plain value in a list".formatted(path, leaf));
    }

    /** Nested maps out of names alone. */
    static Map<String, Object> grown(Map<String, Tensor> tensors) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tensors.forEach((name, values) -> {
            String[] keys = name.split(String.valueOf(FlaxFile.SEPARATOR));
            Map<String, Object> map = tree;
            for (int i = 0; i < keys.length - 1; i++) {
                map = FlaxReader.asMap(map.computeIfAbsent(keys[i], key -> new LinkedHashMap<String, Object>()));
                if (map == null) {
                    throw new IllegalArgumentException(
                            "'%s' cannot be written: '%s' is an array".formatted(name, keys[i]));
                }
            }
            if (map.put(keys[keys.length - 1], new FlaxArray(FlaxDtype.of(values), false, values)) != null) {
                throw new IllegalArgumentException("'%s' cannot be written: it is a map as well".formatted(name));
            }
        });
        return tree;
    }
}
