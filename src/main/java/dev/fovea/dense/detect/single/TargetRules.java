package dev.fovea.dense.detect.single;

import dev.fovea.dense.Limits;

/**
 * Which anchors are trained to be what.
 *
 * @param nearest candidates of each level and object ({@link dev.fovea.dense.detect.box.AtssAssigner})
 * @param border pixels that an anchor may lie outside its image; -1 = anywhere
 * @param positiveWeight of an object's anchor in the classes' loss; -1 = as others
 */
public record TargetRules(int nearest, double border, double positiveWeight) {
    private static final double NONE = -1;

    public TargetRules {
        Limits.atLeast("nearest", nearest, 1);
        if (border != NONE) {
            Limits.atLeast("border", border, 0);
        }
        if (positiveWeight != NONE) {
            Limits.positive("positiveWeight", positiveWeight);
        }
    }

    /** Nine candidates, anchors anywhere. */
    public static final TargetRules USUAL = new TargetRules(9, -1, -1);
}
