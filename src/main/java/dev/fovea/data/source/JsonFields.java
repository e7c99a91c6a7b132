package dev.fovea.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.instance.ImageEntry;

/** Fields that elements of annotation files must have; an error says which is missing, and of what. */
final class JsonFields {
    private JsonFields() {}

    static long id(JsonNode node, String key) {
        if (!node.path(key).canConvertToLong() || !node.path(key).isIntegralNumber()) {
            throw new IllegalArgumentException("no whole number '%s' in %s".formatted(key, node));
        }
        return node.path(key).asLong();
    }

    static int whole(JsonNode node, String key) {
        if (!node.path(key).isIntegralNumber() || !node.path(key).canConvertToInt()) {
            throw new IllegalArgumentException("no whole number '%s' in %s".formatted(key, node));
        }
        return node.path(key).asInt();
    }

    static String text(JsonNode node, String key) {
        if (!node.path(key).isTextual()) {
            throw new IllegalArgumentException("no text '%s' in %s".formatted(key, node));
        }
        return node.path(key).asText();
    }

    /** An element of the list {@code images}. */
    static ImageEntry image(JsonNode node) {
        return new ImageEntry(id(node, "id"), text(node, "file_name"), whole(node, "width"), whole(node, "height"));
    }
}
