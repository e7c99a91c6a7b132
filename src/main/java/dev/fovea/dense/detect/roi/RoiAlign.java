package dev.fovea.dense.detect.roi;

/**
 * How a region becomes a square of cells (He et al. 2017, section 3; mmcv ops/roi_align.py): each cell is the mean of
 * bilinear samples spread evenly over it.
 *
 * @param side cells per side
 * @param samples per cell and axis; 0 = as many as a cell is long in cells of the map, rounded up
 * @param aligned whether centres of pixels, not their corners, are whole numbers, as they should; without, a region
 *     counts as one cell long at least
 */
public record RoiAlign(int side, int samples, boolean aligned) {
    public RoiAlign {
        if (side < 1 || samples < 0) {
            throw new IllegalArgumentException(
                    "regions want side >= 1 and samples >= 0, not %d and %d".formatted(side, samples));
        }
    }

    /** Aligned, samples as needed. */
    public static RoiAlign of(int side) {
        return new RoiAlign(side, 0, true);
    }
}
