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
        return Yaml.write(record((Record) recipe));
    }

    /**
     * The same without what stands at its default: a text that stays equal when a later version knows more settings, so that
     * results can be told to belong to a recipe. A default that changes must therefore change its setting's name; defaults of
     * a stage alone do not count here, since a text that leaves them out was written before they were.
     */
    public static String writeChosen(Recipe recipe) {
        return Yaml.write(chosen((Record) recipe, Yaml.emptyBlock()));
    }

    private static ObjectNode record(Record record) {
        ObjectNode block = named(record);
        ObjectNode usual = Methods.defaults(record.getClass());
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = read(component, record);
            if (value != null) {
                block.set(component.getName(), node(value));
            } else if (usual.has(component.getName())) {
                block.putNull(component.getName());
            }
        }
        return block;
    }

    /** @param defaults what the place of this record is filled with when a recipe says nothing */
    private static ObjectNode chosen(Record record, ObjectNode defaults) {
        ObjectNode block = named(record);
        ObjectNode usual = Yaml.merged(Methods.defaults(record.getClass()), defaults);
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = read(component, record);
            JsonNode unsaid = unsaid(component, usual);
            if (value == null && unsaid != null && !unsaid.isNull()) {
                block.putNull(component.getName());
            }
            if (value == null || unsaid != null && isSame(value, unsaid, component)) {
                continue;
            }
            block.set(
                    component.getName(),
                    Scalars.written(value) instanceof Record inner ? chosen(inner, below(unsaid, inner)) : node(value));
        }
        return block;
    }

    /** The defaults that a place has for this record: none when they are another method's. */
    private static ObjectNode below(JsonNode unsaid, Record inner) {
        return unsaid instanceof ObjectNode block ? Yaml.merged(block, named(inner)) : Yaml.emptyBlock();
    }

    /** What a component is when nothing is said; null = it must be said, or is left out. */
    private static JsonNode unsaid(RecordComponent component, ObjectNode usual) {
        Default given = component.getAnnotation(Default.class);
        return usual.has(component.getName()) || given == null
                ? usual.get(component.getName())
                : Yaml.parse(given.value(), component.getName());
    }

    private static boolean isSame(Object value, JsonNode unsaid, RecordComponent component) {
        Object bound;
        try {
            bound = new RecordBinder("default").bind(unsaid, component.getGenericType());
        } catch (RecipeException partOfABlock) {
            return false;
        }
        return value.equals(bound instanceof Optional<?> optional ? optional.orElse(null) : bound);
    }

    private static ObjectNode named(Record record) {
        ObjectNode block = Yaml.emptyBlock();
        Methods.Choice choice = Methods.choiceOf(record.getClass());
        if (choice != null && !Methods.nameOf(record).equals(choice.unnamed())) {
            block.put(choice.key(), Methods.nameOf(record));
        }
        return block;
    }

    private static JsonNode node(Object value) {
        Object scalar = Scalars.written(value);
        if (scalar instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(each -> array.add(node(each)));
            return array;
        } else if (scalar instanceof String text) {
            return NODES.textNode(text);
        } else if (scalar instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        } else if (scalar instanceof Number) {
            return new POJONode(scalar);
        }
        return record((Record) scalar);
    }

    /** The value of a component; null for an empty optional. */
    private static Object read(RecordComponent component, Record record) {
        try {
            Object value = component.getAccessor().invoke(record);
            return value instanceof Optional<?> optional ? optional.orElse(null) : value;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("%s of %s cannot be read".formatted(component.getName(), record), e);
        }
    }
}
