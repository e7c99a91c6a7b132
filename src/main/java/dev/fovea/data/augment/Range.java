package dev.fovea.data.augment;

import dev.fovea.data.Rng;

/** The bounds of a uniform draw. */
public record Range(double low, double high) {
    public Range {
        if (!(low <= high)) {
            throw new IllegalArgumentException("range low %s is not at most high %s".formatted(low, high));
        }
    }

    /** [1 - strength, 1 + strength], cut at 0: torchvision's reading of a jitter strength. */
    static Range around1(double strength) {
        return new Range(Math.max(0, 1 - strength), 1 + strength);
    }

    double draw(Rng rng) {
        return rng.uniform(low, high);
    }
}
