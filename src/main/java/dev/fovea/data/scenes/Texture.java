package dev.fovea.data.scenes;

/** Patterns on objects: how much of the second colour shows at a place, in [0, 1], in units of the pattern's period. */
enum Texture {
    PLAIN {
        @Override
        double at(double u, double v) {
            return 0;
        }
    },
    STRIPED {
        @Override
        double at(double u, double v) {
            return step(Noise.wave(v));
        }
    },
    DOTTED {
        @Override
        double at(double u, double v) {
            double row = Math.floor(v);
            double dx = u + row / 2 - Math.floor(u + row / 2) - 0.5;
            double dy = v - row - 0.5;
            return step((0.32 - Math.sqrt(dx * dx + dy * dy)) * 6);
        }
    },
    CHECKED {
        @Override
        double at(double u, double v) {
            return step(4 * Noise.wave(u / 2) * Noise.wave(v / 2));
        }
    };

    abstract double at(double u, double v);

    /** From 0 to 1 around x = 0, a little soft, as a lens would show it. */
    static double step(double x) {
        return Math.min(Math.max(x * 1.4 + 0.5, 0), 1);
    }
}
