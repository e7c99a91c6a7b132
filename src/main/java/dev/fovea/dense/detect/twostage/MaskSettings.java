package dev.fovea.dense.detect.twostage;

import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.roi.MaskHeadSpec;

/**
 * How the mask of a region is found.
 *
 * @param convs convolutions of 3 x 3
 */
public record MaskSettings(int convs) {
    public MaskSettings {
        if (convs < 0) {
            throw new IllegalArgumentException("convs %d is below 0".formatted(convs));
        }
    }

    /** Four, in all published configurations. */
    public static final MaskSettings USUAL = new MaskSettings(4);

    MaskHeadSpec build(int channels, int classes, boolean reads) {
        MaskHeadSpec.Upsampling upsampling = MaskHeadSpec.Upsampling.TRANSPOSED;
        return new MaskHeadSpec(channels, convs, channels, 3, Norm.NONE, classes, false, reads, upsampling, 1);
    }
}
