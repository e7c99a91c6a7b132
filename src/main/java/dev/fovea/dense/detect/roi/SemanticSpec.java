package dev.fovea.dense.detect.roi;

/**
 * The settings of a semantic branch.
 *
 * @param levels maps that it fuses
 * @param level the one whose size they are brought to
 * @param classes things and stuff
 * @param ignored label of cells without one
 * @param weight what its loss counts
 * @param align how regions are cut out of its features
 * @param stride pixels per cell of {@code level}
 * @param forBoxes whether heads for boxes read its features
 * @param forMasks whether heads for masks do
 */
public record SemanticSpec(
        int levels,
        int level,
        int width,
        int convs,
        int channels,
        int classes,
        int ignored,
        double weight,
        RoiAlign align,
        int stride,
        boolean forBoxes,
        boolean forMasks) {
    public SemanticSpec {
        if (level < 0 || level >= levels) {
            throw new IllegalArgumentException(
                    "a semantic branch of %d levels cannot fuse at level %d".formatted(levels, level));
        }
    }
}
