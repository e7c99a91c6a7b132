package dev.fovea.backbone;

import java.util.List;

/** The blocks of a plain transformer whose outputs become a pyramid. */
final class Taps {
    private static final int MAPS = 4;

    private Taps() {}

    /** Checks the blocks of a spec (counted from 0); empty or null stands for four equal steps. */
    static List<Integer> of(List<Integer> taps, int depth) {
        List<Integer> blocks = taps == null || taps.isEmpty() ? quarters(depth) : List.copyOf(taps);
        Check.that(blocks.size() == MAPS, "taps %s are not four blocks", blocks);
        Check.that(
                blocks.stream().allMatch(i -> i >= 0 && i < depth), "taps %s are not blocks 0..%d", blocks, depth - 1);
        return blocks;
    }

    private static List<Integer> quarters(int depth) {
        return List.of(
                Math.max(0, depth / 4 - 1), Math.max(0, depth / 2 - 1), Math.max(0, 3 * depth / 4 - 1), depth - 1);
    }
}
