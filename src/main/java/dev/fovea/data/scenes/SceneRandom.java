package dev.fovea.data.scenes;

/** SplitMix64 (Steele, Lea and Flood 2014), written out so that scenes are the same bits under every Java version. */
final class SceneRandom {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SceneRandom(long seed, long index) {
        this.state = mix(mix(seed + GOLDEN_GAMMA) ^ mix(index * GOLDEN_GAMMA));
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1). */
    double uniform() {
        return (next() >>> 11) * 0x1p-53;
    }

    double between(double low, double high) {
        return low + (high - low) * uniform();
    }

    int below(int bound) {
        return (int) ((next() >>> 33) % bound);
    }

    boolean chance(double probability) {
        return uniform() < probability;
    }

    /** Nearly normal with variance 1: the sum of four 16-bit uniform draws. */
    double bell() {
        long bits = next();
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum / 65536.0 - 2) * 1.7320508075688772;
    }

    static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
