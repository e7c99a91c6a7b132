package dev.fovea.data.instance;

/** A position in run lengths; runs of length 0 are stepped over. */
final class RunCursor {
    private final int[] counts;
    private int next;
    private int left;
    private boolean one = true;

    RunCursor(int[] counts) {
        this.counts = counts;
        advance(0);
    }

    /** How much of the run at the position is left; 0 at the end. */
    int left() {
        return left;
    }

    boolean one() {
        return one;
    }

    void advance(int step) {
        left -= step;
        while (left == 0 && next < counts.length) {
            left = counts[next++];
            one = !one;
        }
    }
}
