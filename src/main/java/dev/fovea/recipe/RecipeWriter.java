package dev.fovea.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** Writes a resolved recipe: every value spelt out, nothing extended, no smoke block. Reading it gives an equal record. */
public final class RecipeWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecipeWriter() {}

    public static String write(Recipe recipe) {
        return Yaml.write(record((Record) recipe, false));
    }

    /**
     * The same without what stands at its default: a text that stays equal when a later version knows more settings, so that
     * results can be told to belong to a recipe. A default that changes must therefore change its setting's name.
     */
    public static String writeChosen(Recipe recipe) {
        return Yaml.write(record((Record) recipe, true));
    }

    private static ObjectNode record(Record record, boolean chosenOnly) {
        ObjectNode block = Yaml.emptyBlock();
        Methods.Choice choice = Methods.choiceOf(record.getClass());
        if (choice != null && !Methods.nameOf(record).equals(choice.unnamed())) {
            block.put(choice.key(), Methods.nameOf(record));
        }
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = read(component, record);
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
            if (value != null) {
                JsonNode written = node(value, chosenOnly);
                if (!chosenOnly || !isDefault(component, written)) {
                    block.set(component.getName(), written);
                }
            }
        }
        return block;
    }

    private static boolean isDefault(RecordComponent component, JsonNode written) {
        Default given = component.getAnnotation(Default.class);
        return given != null
                && Yaml.parse(given.value(), component.getName()).toString().equals(written.toString());
    }

    private static JsonNode node(Object value, boolean chosenOnly) {
        Object scalar = Scalars.written(value);
        if (scalar instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(each -> array.add(node(each, chosenOnly)));
            return array;
        } else if (scalar instanceof String text) {
            return NODES.textNode(text);
        } else if (scalar instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        } else if (scalar instanceof Number) {
            return new POJONode(scalar);
        }
        return record((Record) scalar, chosenOnly);
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("%s of %s cannot be read".formatted(component.getName(), record), e);
        }
    }
}
