package dev.fovea.data.scenes;

/** Smooth random fields over the plane; the same seed gives the same field. {@code Math.sin} may differ by machine: a table does not. */
final class Noise {
    private static final int SINES = 4096;
    private static final float[] SINE = new float[SINES];

    static {
        for (int i = 0; i < SINES; i++) {
            SINE[i] = (float) StrictMath.sin(2 * StrictMath.PI * i / SINES);
        }
    }

    private final int seed;

    Noise(long seed) {
        this.seed = (int) (seed ^ seed >>> 32);
    }

    /** The sine of a full turn: {@code wave(0.25) = 1}. */
    static double wave(double turns) {
        return SINE[(int) Math.floor(turns * SINES) & SINES - 1];
    }

    /** Value noise in [0, 1] with one random value per unit square corner. */
    double at(double x, double y) {
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double u = smooth(x - x0);
        double v = smooth(y - y0);
        double top = corner(x0, y0) + (corner(x0 + 1, y0) - corner(x0, y0)) * u;
        double bottom = corner(x0, y0 + 1) + (corner(x0 + 1, y0 + 1) - corner(x0, y0 + 1)) * u;
        return top + (bottom - top) * v;
    }

    /** Octaves of value noise, each twice as fine and half as strong, in [0, 1]. */
    double fractal(double x, double y, int octaves) {
        double sum = 0;
        double weight = 0;
        double strength = 1;
        double scale = 1;
        for (int i = 0; i < octaves; i++) {
            sum += strength * at(x * scale + 17 * i, y * scale - 31 * i);
            weight += strength;
            strength /= 2;
            scale *= 2;
        }
        return sum / weight;
    }

    /** Distance to the nearest of one random point per unit square (Worley 1996), about [0, 1]. */
    double cells(double x, double y) {
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double nearest = 4;
        for (int j = y0 - 1; j <= y0 + 1; j++) {
            for (int i = x0 - 1; i <= x0 + 1; i++) {
                double dx = i + corner(i, j) - x;
                double dy = j + corner(i + 7919, j - 104729) - y;
                nearest = Math.min(nearest, dx * dx + dy * dy);
            }
        }
        return Math.sqrt(nearest);
    }

    /** One random value in [0, 1) for each pair of whole numbers. */
    double corner(int x, int y) {
        int h = seed + x * 0x27d4eb2d + y * 0x165667b1;
        h = (h ^ h >>> 15) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return ((h ^ h >>> 16) >>> 8) * 0x1p-24;
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }
}
