package dev.fovea.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tensor.Shapes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The values of a PyTorch file as JSON, bounded in depth and number. */
final class TorchValues {
    private static final int DEEPEST = 20;
    private static final int MOST = 10_000;
    private static final String CUT = "…";

    private int written;
    private boolean sawTensor;

    private TorchValues() {}

    /** The top-level values that hold no tensor (epoch, arguments), as JSON texts. */
    static Map<String, String> outsideOfTensors(Object root) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (root instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                TorchValues values = new TorchValues();
                JsonNode json = values.json(value, 0);
                if (!values.sawTensor) {
                    texts.put(String.valueOf(key), json.isTextual() ? json.asText() : json.toString());
                }
            });
        }
        return texts;
    }

    private JsonNode json(Object value, int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (++written > MOST || depth > DEEPEST) {
            return nodes.textNode(CUT);
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = nodes.objectNode();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (written > MOST) {
                    break;
                }
                object.set(String.valueOf(entry.getKey()), json(entry.getValue(), depth + 1));
            }
            return object;
        }
        if (value instanceof Collection<?> items) {
            ArrayNode array = nodes.arrayNode();
            for (Object item : items) {
                if (written > MOST) {
                    break;
                }
                array.add(json(item, depth + 1));
            }
            return array;
        }
        return leaf(value, nodes);
    }

    private JsonNode leaf(Object value, JsonNodeFactory nodes) {
        if (value == null) {
            return nodes.nullNode();
        }
        if (value instanceof Boolean truth) {
            return nodes.booleanNode(truth);
        }
        if (value instanceof Double number) {
            return nodes.numberNode(number);
        }
        if (value instanceof Long number) {
            return nodes.numberNode(number);
        }
        if (value instanceof byte[] bytes) {
            return nodes.textNode(bytes.length + " bytes");
        }
        if (value instanceof Tensor tensor) {
            sawTensor = true;
            return nodes.textNode("tensor " + Shapes.text(tensor));
        }
        return nodes.textNode(value.toString()); // String and BigInteger; names of the table have short texts too
    }
}
