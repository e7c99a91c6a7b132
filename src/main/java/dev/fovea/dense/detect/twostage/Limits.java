package dev.fovea.dense.detect.twostage;

/** Rules that several settings have; texts start with the name of the setting. */
final class Limits {
    private Limits() {}

    static void positive(String name, double value) {
        if (!(value > 0)) {
            String plain = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
            throw new IllegalArgumentException("%s %s is not above 0".formatted(name, plain));
        }
    }

    static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("%s %s is not in [0, 1]".formatted(name, value));
        }
    }
}
