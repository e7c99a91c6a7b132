package dev.fovea.data;

/** SplitMix64: one addition and one mixing function per number; any start value gives a full-period sequence. */
final class SplitMix implements Rng {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private long state;

    SplitMix(long state) {
        this.state = state;
    }

    @Override
    public double uniform() {
        state += GOLDEN;
        return (finish(state) >>> 11) * 0x1.0p-53;
    }

    static long mix(long value) {
        return finish(value + GOLDEN);
    }

    /** Stafford's variant 13 of the 64-bit finaliser. */
    private static long finish(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
