package dev.fovea.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a tree into records, refusing whatever does not fit exactly. */
final class RecordBinder {
    /** A rule's text that starts with the component it is about: {@code dims[2] 770 is not …}. */
    private static final Pattern ABOUT_COMPONENT =
            Pattern.compile("(\\w+)((?:\\.\\w+|\\[\\d+])*) (.*)", Pattern.DOTALL);

    private final String where;
    private final String stage;

    /** @param where starts every error text, such as {@code recipe a.yaml} */
    RecordBinder(String where) {
        this(where, "");
    }

    /** @param stage of the recipe, some of whose defaults may be its own */
    RecordBinder(String where, String stage) {
        this.where = where;
        this.stage = stage;
    }

    Object bind(JsonNode tree, Type type) {
        return value(tree, type, "");
    }

    private Object value(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return node.isNull() ? Optional.empty() : Optional.of(value(node, element, path));
            }
            return list(node, element, path);
        }
        Class<?> target = (Class<?>) type;
        if (node.isNull()) {
            throw error(path, "nothing is given; leave the key out for its default, if it has one");
        }
        Methods.Choice choice = Methods.choice(target);
        if (choice != null) {
            return chosen(block(node, path), choice, path);
        }
        if (Scalars.isOne(target)) {
            try {
                return Scalars.value(node, target);
            } catch (IllegalArgumentException e) {
                throw error(path, e.getMessage());
            }
        }
        return record(block(node, path), target, path);
    }

    private List<Object> list(JsonNode node, Type element, String path) {
        if (!node.isArray()) {
            throw error(path, "%s is not a list".formatted(Scalars.shown(node)));
        }
        List<Object> result = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            result.add(value(node.get(i), element, "%s[%d]".formatted(path, i)));
        }
        return List.copyOf(result);
    }

    private ObjectNode block(JsonNode node, String path) {
        if (node instanceof ObjectNode block) {
            return block;
        }
        throw error(path, "%s is not a block of keys and values".formatted(Scalars.shown(node)));
    }

    private Object chosen(ObjectNode block, Methods.Choice choice, String path) {
        List<String> names = Methods.names(choice.place());
        JsonNode given = block.get(choice.key());
        String keyPath = join(path, choice.key());
        boolean missing = given == null || given.isNull();
        if (missing && choice.unnamed() == null) {
            throw error(keyPath, "missing; it is one of " + String.join(", ", names));
        }
        String name = missing ? choice.unnamed() : given.asText();
        Methods.Method method = choice.methods().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> error(keyPath, noneOf(name, names)));
        ObjectNode keys = block.deepCopy();
        keys.remove(choice.key());
        ObjectNode defaults = method.defaultsIn(stage);
        if (!method.presets().isEmpty() && keys.has("preset")) {
            JsonNode presets = keys.remove("preset");
            for (JsonNode preset : presets.isArray() ? presets : List.of(presets)) {
                defaults = Yaml.merged(defaults, preset(preset, method, join(path, "preset")));
            }
        }
        return record(Yaml.merged(defaults, keys), method.type(), path);
    }

    private ObjectNode preset(JsonNode name, Methods.Method method, String path) {
        String preset = method.presets().get(name.asText());
        if (preset == null) {
            throw error(
                    path,
                    noneOf(
                            name.asText(),
                            method.presets().keySet().stream().sorted().toList()));
        }
        return Yaml.block(preset, method.name());
    }

    private Object record(ObjectNode block, Class<?> type, String path) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(component.getName(), component);
        }
        for (Iterator<String> keys = block.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!components.containsKey(key)) {
                throw error(join(path, key), unknownKey(key, List.copyOf(components.keySet())));
            }
        }
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : components.values()) {
            values.add(component(block, component, join(path, component.getName())));
        }
        return construct(type, values, path);
    }

    private Object component(ObjectNode block, RecordComponent component, String path) {
        JsonNode node = block.get(component.getName());
        if (node == null && component.isAnnotationPresent(Default.class)) {
            node = Yaml.parse(component.getAnnotation(Default.class).value(), path);
        }
        if (node == null) {
            if (component.getType() == Optional.class) {
                return Optional.empty();
            }
            throw error(path, "missing; it has no default");
        }
        return value(node, component.getGenericType(), path);
    }

    private Object construct(Class<?> type, List<Object> values, String path) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException rule) {
                throw broken(rule, type, path);
            }
            throw new IllegalStateException("%s, %s: %s".formatted(where, path, e.getCause()), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a record that a recipe can hold", e);
        }
    }

    /** A record's rule is broken: the component its text starts with becomes part of the path. */
    private RecipeException broken(IllegalArgumentException rule, Class<?> type, String path) {
        Matcher matcher = ABOUT_COMPONENT.matcher(rule.getMessage());
        boolean about = matcher.matches()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getName().equals(matcher.group(1)));
        return about
                ? error(join(path, matcher.group(1)) + matcher.group(2), matcher.group(3))
                : error(path, rule.getMessage());
    }

    private static String unknownKey(String key, List<String> known) {
        return Closest.to(key, known)
                .map(close -> "unknown key, did you mean %s?".formatted(close))
                .orElseGet(() -> "unknown key; the keys here are " + String.join(", ", known));
    }

    private static String noneOf(String value, List<String> names) {
        String text = "'%s' is none of %s".formatted(value, String.join(", ", names));
        return Closest.to(value, names)
                .map(close -> text + "; did you mean %s?".formatted(close))
                .orElse(text);
    }

    private RecipeException error(String path, String rule) {
        return new RecipeException(path.isEmpty() ? where + ": " + rule : where + ", " + path + ": " + rule);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
