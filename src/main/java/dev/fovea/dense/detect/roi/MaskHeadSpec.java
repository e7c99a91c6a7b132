package dev.fovea.dense.detect.roi;

import dev.fovea.dense.Norm;

/**
 * The settings of a head for the mask of a region.
 *
 * @param width channels of a region
 * @param kernel side of the convolutions, odd
 * @param agnostic whether one mask serves all classes
 * @param reads whether it also reads what an earlier head made of the region (HTC's mask information flow)
 * @param weight what the loss counts
 */
public record MaskHeadSpec(
        int width,
        int convs,
        int channels,
        int kernel,
        Norm norm,
        int classes,
        boolean agnostic,
        boolean reads,
        Upsampling upsampling,
        double weight) {
    /** How the resolution of a region is doubled, if it is. */
    public enum Upsampling {
        /** A transposed convolution of 2 x 2, rectified. */
        TRANSPOSED,
        NEAREST,
        BILINEAR,
        NONE
    }

    public MaskHeadSpec {
        if (convs < 0 || kernel % 2 != 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "a head for masks wants convs >= 0, an odd kernel and classes >= 1, not %d, %d and %d"
                            .formatted(convs, kernel, classes));
        }
    }
}
