package dev.fovea.dense;

/** Rules that several settings have; texts start with the name of the setting. */
public final class Limits {
    private Limits() {}

    public static void positive(String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException("%s %s is not above 0".formatted(name, plain(value)));
        }
    }

    public static void atLeast(String name, double value, int least) {
        if (!(value >= least)) {
            throw new IllegalArgumentException("%s %s is below %d".formatted(name, plain(value), least));
        }
    }

    public static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("%s %s is not in [0, 1]".formatted(name, plain(value)));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
