package dev.fovea.data.instance;

import java.util.Arrays;

/** Run lengths in the making: zeros first, neighbours of equal value joined. */
public final class RunList {
    private int[] counts = new int[16];
    private int finished;
    private int current;
    private boolean one;

    /** A length of 0 adds nothing. */
    public void add(int length, boolean value) {
        if (value != one && length > 0) {
            if (finished + 1 == counts.length) {
                counts = Arrays.copyOf(counts, 2 * counts.length);
            }
            counts[finished++] = current;
            current = 0;
            one = value;
        }
        current += length;
    }

    public int[] counts() {
        int[] all = Arrays.copyOf(counts, finished + 1);
        all[finished] = current;
        return all;
    }
}
