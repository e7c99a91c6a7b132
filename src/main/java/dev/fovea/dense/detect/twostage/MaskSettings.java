package dev.fovea.dense.detect.twostage;

import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.roi.MaskHeadSpec;

/**
 * How the mask of a region is found.
 *
 * @param convs convolutions of 3 x 3
 * @param normed whether those have batch norm
 */
public record MaskSettings(int convs, boolean normed) {
    public MaskSettings {
        if (convs < 0) {
            throw new IllegalArgumentException("convs %d is below 0".formatted(convs));
        }
    }

    /** Four without norm, as in mmdetection. */
    public static final MaskSettings USUAL = new MaskSettings(4, false);

    MaskHeadSpec build(int channels, int classes, boolean reads) {
        MaskHeadSpec.Upsampling upsampling = MaskHeadSpec.Upsampling.TRANSPOSED;
        Norm norm = normed ? Norm.BATCH : Norm.NONE;
        return new MaskHeadSpec(channels, convs, channels, 3, norm, classes, false, reads, upsampling, 1);
    }
}
