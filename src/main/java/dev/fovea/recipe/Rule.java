package dev.fovea.recipe;

import java.util.List;

/** Rules of recipe records; a text starts with the component it is about, the reader puts the path in front. */
final class Rule {
    private Rule() {}

    static void that(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }

    static void positive(String name, double value) {
        that(value > 0, "%s %s is not above 0", name, plain(value));
    }

    static void notNegative(String name, double value) {
        that(value >= 0, "%s %s is below 0", name, plain(value));
    }

    static void share(String name, double value) {
        that(value >= 0 && value <= 1, "%s %s is not in [0, 1]", name, plain(value));
    }

    /** Two numbers, the lower one first. */
    static List<Double> range(String name, List<Double> values) {
        that(
                values.size() == 2 && values.get(0) > 0 && values.get(0) <= values.get(1),
                "%s %s is not a range [low, high] above 0",
                name,
                values);
        return List.copyOf(values);
    }

    /** A longer and a shorter side. */
    static void box(String name, List<Integer> sides) {
        that(
                sides.size() == 2 && sides.get(1) > 0 && sides.get(0) >= sides.get(1),
                "%s %s is not a box [long, short]",
                name,
                sides);
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
