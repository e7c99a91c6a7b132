package dev.fovea.backbone;

import java.util.List;

/**
 * Which blocks of a transformer attend inside windows only (ViTDet, Li et al. 2022, section 3).
 *
 * @param windowSize side of a window in tokens; 0 = every block attends globally
 * @param globalBlocks blocks, counted from 0, that attend globally all the same
 * @param shifted whether every second windowed block has its windows moved by half their side (Swin, Liu et al. 2021)
 */
public record WindowSpec(int windowSize, List<Integer> globalBlocks, boolean shifted) {
    /** Global attention throughout. */
    public static final WindowSpec NONE = new WindowSpec(0, List.of(), false);

    public WindowSpec {
        globalBlocks = List.copyOf(globalBlocks);
        Check.that(windowSize >= 0, "windowSize %d is below 0", windowSize);
        Check.that(
                windowSize > 0 || globalBlocks.isEmpty() && !shifted,
                "windowSize is 0: there are no windows for globalBlocks %s and shifted %s",
                globalBlocks,
                shifted);
    }

    void checkDepth(int depth) {
        Check.that(
                globalBlocks.stream().allMatch(block -> block >= 0 && block < depth),
                "dense.windows.globalBlocks %s are not blocks 0..%d",
                globalBlocks,
                depth - 1);
    }

    /** Whether any block has windows. */
    public boolean isUsed() {
        return windowSize > 0;
    }

    /** Whether no block attends globally. */
    boolean isEverywhere() {
        return isUsed() && globalBlocks.isEmpty();
    }

    boolean isWindowed(int block) {
        return isUsed() && !globalBlocks.contains(block);
    }

    /** By how many tokens a block's windows are moved on a grid; a grid that one window covers has nothing to move. */
    int shift(int block, Size grid) {
        boolean one = Math.min(grid.height(), grid.width()) <= windowSize;
        int before = block
                - (int) globalBlocks.stream().filter(other -> other < block).count();
        return shifted && !one && before % 2 == 1 ? windowSize / 2 : 0;
    }
}
