package dev.fovea.dense.detect.box;

import java.util.Arrays;

/** Places of boxes that were kept, best first, with their scores. */
record Survivors(long[] places, float[] scores) {
    Survivors first(int count) {
        return count >= places.length
                ? this
                : new Survivors(Arrays.copyOf(places, count), Arrays.copyOf(scores, count));
    }
}
