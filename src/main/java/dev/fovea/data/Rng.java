package dev.fovea.data;

import java.util.Arrays;

/**
 * A source of uniform numbers, and every other draw derived from it. Augmentation takes one explicitly, so that a
 * recorded sequence can stand in for it.
 *
 * <p>{@link #of} hashes (seed, epoch, index) into the start of a SplitMix64 sequence (Steele, Lea, Flood 2014): a
 * sample's numbers do not depend on which thread draws them or on what was drawn before.
 */
@FunctionalInterface
public interface Rng {
    /** A number in [0, 1). */
    double uniform();

    /** The sequence that belongs to sample {@code index} of epoch {@code epoch}. */
    static Rng of(long seed, long epoch, long index) {
        return new SplitMix(SplitMix.mix(SplitMix.mix(SplitMix.mix(seed) + epoch) + index));
    }

    /** A number between low and high, rounded to float as torch's {@code uniform_} does. */
    default double uniform(double low, double high) {
        return (float) (low + (high - low) * uniform());
    }

    /** A whole number from low (inclusive) to high (exclusive). */
    default int integer(int low, int high) {
        if (high <= low) {
            throw new IllegalArgumentException("no whole number lies in [%d, %d)".formatted(low, high));
        }
        return low + (int) Math.floor(uniform() * ((double) high - low));
    }

    /** True with the given probability. */
    default boolean chance(double probability) {
        return uniform() < probability;
    }

    /** A normal number with mean 0 and deviation 1, by Box and Muller. */
    default double normal() {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform()));
        return radius * Math.cos(2 * Math.PI * uniform());
    }

    /** A Beta(a, b) number: the ratio of two Gamma numbers. */
    default double beta(double a, double b) {
        double x = Gamma.draw(a, this);
        double y = Gamma.draw(b, this);
        return x + y > 0 ? x / (x + y) : uniform() < a / (a + b) ? 1 : 0;
    }

    /** The numbers 0..n-1 in random order (Fisher and Yates). */
    default int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = integer(0, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** So many different ones of the numbers 0..n-1. */
    default int[] choice(int n, int count) {
        return Arrays.copyOf(permutation(n), count);
    }
}
