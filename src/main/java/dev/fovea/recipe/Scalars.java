package dev.fovea.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.backbone.Size;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The values a recipe can hold besides blocks and lists, and their spelling. */
final class Scalars {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");
    private static final List<Class<?>> TYPES = List.of(
            int.class,
            Integer.class,
            long.class,
            Long.class,
            double.class,
            Double.class,
            boolean.class,
            String.class,
            Length.class,
            Size.class);

    private Scalars() {}

    static boolean isOne(Class<?> type) {
        return type.isEnum() || TYPES.contains(type);
    }

    /** @throws IllegalArgumentException with the value and what it is not */
    static Object value(JsonNode node, Class<?> type) {
        if (type == int.class || type == Integer.class) {
            Rule.that(node.isIntegralNumber(), "%s is not an integer", shown(node));
            Rule.that(node.canConvertToInt(), "%s is not an integer of 32 bits", shown(node));
            return node.intValue();
        }
        if (type == long.class || type == Long.class) {
            Rule.that(node.isIntegralNumber() && node.canConvertToLong(), "%s is not an integer", shown(node));
            return node.longValue();
        }
        if (type == double.class || type == Double.class) {
            return number(node);
        }
        if (type == boolean.class) {
            Rule.that(node.isBoolean(), "%s is neither true nor false", shown(node));
            return node.booleanValue();
        }
        if (type == Size.class) {
            return size(node);
        }
        if (type.isEnum()) {
            return constant(node, type);
        }
        Rule.that(node.isTextual(), "%s is not a text", shown(node));
        return type == Length.class ? Length.parse(node.textValue()) : node.textValue();
    }

    /** The value in a tree, or null when it is not a scalar. */
    static Object written(Object value) {
        if (value instanceof Size size) {
            return size.height() == size.width() ? size.height() : size.toString();
        }
        return value instanceof Enum<?> constant ? spelt(constant) : value instanceof Length ? value.toString() : value;
    }

    static String shown(JsonNode node) {
        if (node.isTextual()) {
            return "'" + node.textValue() + "'";
        }
        return node.isNumber() ? node.asText() : node.toString();
    }

    private static double number(JsonNode node) {
        Rule.that(node.isNumber(), "%s is not a number", shown(node));
        double number = node.doubleValue();
        Rule.that(Double.isFinite(number), "%s is not a finite number", shown(node));
        return number;
    }

    /** {@code 224} is a square, {@code 360x480} has 360 rows. */
    private static Size size(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToInt()) {
            return Size.square(node.intValue());
        }
        Matcher matcher = SIZE.matcher(node.asText());
        Rule.that(matcher.matches(), "%s is not a size such as 224 or 360x480 (rows x columns)", shown(node));
        return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    private static Object constant(JsonNode node, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (node.isTextual() && spelt((Enum<?>) constant).equals(node.textValue())) {
                return constant;
            }
        }
        String names = Arrays.stream(type.getEnumConstants())
                .map(each -> spelt((Enum<?>) each))
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException("%s is none of %s".formatted(shown(node), names));
    }

    private static String spelt(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
