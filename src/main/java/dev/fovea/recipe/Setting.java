package dev.fovea.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One override {@code a.b=value}: the value is YAML and takes the place of what was there; list items are {@code a.0}. */
record Setting(List<String> path, JsonNode value, String where) {
    static Setting parse(String text, String where) {
        String place = "%s, override '%s'".formatted(where, text);
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new RecipeException(place + ": an override is written path=value, such as run.seed=1");
        }
        List<String> path = List.of(text.substring(0, equals).strip().split("\\.", -1));
        return new Setting(path, Yaml.parse(text.substring(equals + 1), place), place);
    }

    void applyTo(ObjectNode tree) {
        JsonNode node = tree;
        for (String key : path.subList(0, path.size() - 1)) {
            JsonNode next = child(node, key);
            if (node instanceof ObjectNode block && (next == null || next.isNull())) {
                next = block.putObject(key);
            }
            node = next;
        }
        put(node, path.get(path.size() - 1));
    }

    private void put(JsonNode node, String key) {
        if (node instanceof ObjectNode block) {
            block.set(key, value);
        } else {
            child(node, key);
            ((ArrayNode) node).set(Integer.parseInt(key), value);
        }
    }

    private JsonNode child(JsonNode node, String key) {
        if (node instanceof ObjectNode block) {
            return block.get(key);
        }
        boolean item = node instanceof ArrayNode && key.matches("\\d{1,6}") && Integer.parseInt(key) < node.size();
        if (!item) {
            throw new RecipeException("%s: %s has no '%s'".formatted(where, node, key));
        }
        return node.get(Integer.parseInt(key));
    }
}
