package dev.fovea.data;

import java.util.List;

/**
 * Several views of one image.
 *
 * @param reference the view that the others are held against
 * @param groups the other views; those of a group have one size
 */
public record ViewSample(FloatImage reference, List<List<Query>> groups) {
    /**
     * One of the other views.
     *
     * @param targets for each of its patches the reference's patch with the same content, -1 = none
     * @param box of what both views show: 1 if it is large enough to count, top, left, height, width in units of the reference
     */
    public record Query(FloatImage image, int[] targets, float[] box) {}
}
