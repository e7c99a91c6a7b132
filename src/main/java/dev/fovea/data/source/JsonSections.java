package dev.fovea.data.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
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
    private static final JsonMapper JSON = new JsonMapper();

    private JsonSections() {}

    /** Every section that is asked for must be there. */
    static void read(Path file, Map<String, Consumer<JsonNode>> sections) {
        Set<String> missing = new HashSet<>(sections.keySet());
        try (JsonParser json = JSON.createParser(file.toFile())) {
            require(json.nextToken() == JsonToken.START_OBJECT, file, "is not a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String section = json.currentName();
                json.nextToken();
                if (!sections.containsKey(section)) {
                    json.skipChildren();
                    continue;
                }
                missing.remove(section);
                require(json.currentToken() == JsonToken.START_ARRAY, file, "'%s' is not a list".formatted(section));
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    sections.get(section).accept(json.readValueAsTree());
                }
            }
        } catch (JsonProcessingException e) {
            require(false, file, "line %d: %s".formatted(e.getLocation().getLineNr(), e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        require(missing.isEmpty(), file, "has no list %s".formatted(missing));
    }

    private static void require(boolean holds, Path file, String reason) {
        if (!holds) {
            throw new IllegalArgumentException("annotation file %s %s".formatted(file, reason));
        }
    }
}
