package dev.fovea.data.instance;

import java.util.Arrays;

/**
 * Run lengths as COCO's compressed text (cocoapi common/maskApi.c): from the fourth on each as its difference to the one
 * two before, in groups of five bits, low ones first, with a sixth bit where more follow; characters start at '0'.
 */
final class RleText {
    private static final int FIRST = '0';
    private static final int BITS = 5;
    private static final int MORE = 1 << BITS;
    private static final int SIGN = 1 << (BITS - 1);
    /** Seven groups hold any difference of two ints. */
    private static final int MOST_GROUPS = 7;

    private RleText() {}

    static String write(int[] counts) {
        StringBuilder text = new StringBuilder(2 * counts.length);
        for (int i = 0; i < counts.length; i++) {
            long value = counts[i] - (i > 2 ? (long) counts[i - 2] : 0);
            boolean more = true;
            while (more) {
                int group = (int) (value & (MORE - 1));
                value >>= BITS;
                more = value != ((group & SIGN) == 0 ? 0 : -1);
                text.append((char) (FIRST + (more ? group | MORE : group)));
            }
        }
        return text.toString();
    }

    static int[] read(String text) {
        int[] counts = new int[text.length()];
        int n = 0;
        for (int at = 0; at < text.length(); ) {
            long value = 0;
            int groups = 0;
            int group;
            do {
                group = group(text, at++);
                value |= (long) (group & (MORE - 1)) << BITS * groups++;
            } while ((group & MORE) != 0 && groups < MOST_GROUPS);
            if ((group & SIGN) != 0) {
                value |= -1L << BITS * groups;
            }
            value += n > 2 ? counts[n - 2] : 0;
            if (value < 0 || value > Integer.MAX_VALUE || (group & MORE) != 0) {
                throw new IllegalArgumentException(
                        "compressed run lengths: number %d, before character %d, is no length".formatted(n, at));
            }
            counts[n++] = (int) value;
        }
        return Arrays.copyOf(counts, n);
    }

    private static int group(String text, int at) {
        if (at == text.length()) {
            throw new IllegalArgumentException("compressed run lengths end within a number");
        }
        int group = text.charAt(at) - FIRST;
        if (group < 0 || group >= 2 * MORE) {
            throw new IllegalArgumentException("compressed run lengths: character %d is '%s', not one of '0' to 'o'"
                    .formatted(at, text.charAt(at)));
        }
        return group;
    }
}
