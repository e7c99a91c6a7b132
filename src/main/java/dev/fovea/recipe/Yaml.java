package dev.fovea.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.util.Iterator;
import java.util.Map;

/** YAML texts and trees: reading, writing, laying one over another. */
final class Yaml {
    private static final JsonMapper MAPPER = JsonMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Yaml() {}

    static JsonNode parse(String text, String where) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            String first = e.getOriginalMessage().lines().findFirst().orElse("");
            String rule = first.replaceFirst("^Duplicate field '(.*)'$", "the key '$1' is given twice");
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new RecipeException("%s, line %d: %s".formatted(where, line, rule), e);
        }
    }

    static ObjectNode block(String text, String where) {
        if (parse(text, where) instanceof ObjectNode block) {
            return block;
        }
        throw new RecipeException(where + ": this is not a block of keys and values");
    }

    static ObjectNode emptyBlock() {
        return MAPPER.createObjectNode();
    }

    static String write(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the tree %s cannot be written".formatted(tree), e);
        }
    }

    /** Blocks are joined key by key; anything else above, and a block of another method, takes the place of what is below. */
    static ObjectNode merged(ObjectNode below, ObjectNode above) {
        if (namesAnotherMethod(below, above)) {
            return above.deepCopy();
        }
        ObjectNode result = below.deepCopy();
        for (Map.Entry<String, JsonNode> field : above.properties()) {
            JsonNode old = result.get(field.getKey());
            boolean blocks = old instanceof ObjectNode && field.getValue() instanceof ObjectNode;
            result.set(
                    field.getKey(),
                    blocks
                            ? merged((ObjectNode) old, (ObjectNode) field.getValue())
                            : field.getValue().deepCopy());
        }
        return result;
    }

    private static boolean namesAnotherMethod(ObjectNode below, ObjectNode above) {
        for (Iterator<String> keys = above.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!Methods.isChoiceKey(key) || below.isEmpty()) {
                continue;
            }
            String name = above.get(key).asText();
            String before = below.has(key) ? below.get(key).asText() : Methods.unnamedBeside(key, name);
            if (before != null && !before.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
