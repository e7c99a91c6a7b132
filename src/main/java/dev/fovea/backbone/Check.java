package dev.fovea.backbone;

/** Rules of spec records. */
public final class Check {
    private Check() {}

    public static void that(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }
}
