package dev.fovea.weights;

/** What a file's values may take beyond what the file spells out: few bytes can stand for ever larger values. */
final class Budget {
    private final String unit;
    private final long most;
    private long taken;

    /** @param unit in the plural */
    Budget(String unit, long most) {
        this.unit = unit;
        this.most = most;
    }

    /** @throws IllegalArgumentException when it is more than is left */
    void take(long count) {
        if (count > most - taken) {
            throw new IllegalArgumentException("more than %d %s".formatted(most, unit));
        }
        taken += count;
    }
}
