package dev.fovea.eval.coco;

/** Objects by their area in pixels; both ends are of the range. */
public record AreaRange(String name, double from, double to) {
    public AreaRange {
        if (!(from >= 0 && from <= to)) {
            throw new IllegalArgumentException("area range %s from %s to %s is empty".formatted(name, from, to));
        }
    }

    boolean holds(double area) {
        return area >= from && area <= to;
    }
}
