package dev.fovea.dense.detect.single;

/**
 * Which anchors are trained to be what.
 *
 * @param nearest candidates of each level and object ({@link dev.fovea.dense.detect.box.AtssAssigner})
 * @param border pixels that an anchor may lie outside its image; -1 = anywhere
 * @param positiveWeight of an object's anchor in the classes' loss; -1 = as others
 */
public record TargetRules(int nearest, double border, double positiveWeight) {
    /** Nine candidates, anchors anywhere. */
    public static final TargetRules USUAL = new TargetRules(9, -1, -1);
}
