package dev.fovea.backbone;

/** Rules of spec records. */
final class Check {
    private Check() {}

    static void that(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }
}
