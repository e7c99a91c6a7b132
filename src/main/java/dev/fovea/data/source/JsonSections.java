package dev.fovea.data.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Reads lists at the top of a large JSON object one element at a time; what is not asked for is skipped. */
final class JsonSections {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Python's json writes NaN; what has one is to be judged by its reader, not to stop the reading.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private JsonSections() {}

    /** One pass: each element of a section goes to its consumer. Gives back the names of all sections of the file. */
    static Set<String> read(Path file, Map<String, Consumer<JsonNode>> consumers) {
        Set<String> sections = new HashSet<>();
        try (JsonParser json = JSON.createParser(file.toFile())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw broken(file, "is not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String section = json.currentName();
                if (!sections.add(section)) {
                    throw broken(file, "has '%s' twice".formatted(section));
                }
                json.nextToken();
                if (consumers.containsKey(section)) {
                    elements(file, json, section, consumers.get(section));
                } else {
                    json.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw broken(file, "line %d: %s".formatted(e.getLocation().getLineNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return sections;
    }

    private static void elements(Path file, JsonParser json, String section, Consumer<JsonNode> consumer)
            throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw broken(file, "'%s' is not a list".formatted(section));
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            consumer.accept(json.readValueAsTree());
        }
    }

    /** A consumer whose {@code IllegalArgumentException}s become errors of the file, with the section's name. */
    static Consumer<JsonNode> told(Path file, String section, Consumer<JsonNode> consumer) {
        return node -> {
            try {
                consumer.accept(node);
            } catch (IllegalArgumentException e) {
                throw broken(file, "%s: %s".formatted(section, e.getMessage()));
            }
        };
    }

    /** What is wrong with an annotation file. */
    static IllegalArgumentException broken(Path file, String reason) {
        return new IllegalArgumentException("annotation file %s %s".formatted(file, reason));
    }
}
