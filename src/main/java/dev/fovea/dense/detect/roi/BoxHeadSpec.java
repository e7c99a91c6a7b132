package dev.fovea.dense.detect.roi;

import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;

/**
 * The settings of a head for the class and the box of a region.
 *
 * @param width channels of a region
 * @param side cells per side of it
 * @param shared what both outputs read
 * @param score what the scores read beyond that
 * @param box what the deltas read beyond that
 * @param channels of convolutions
 * @param units of linear layers
 * @param norm of convolutions
 * @param agnostic whether one box serves all classes
 * @param decoded whether the loss compares boxes instead of deltas
 * @param scoreWeight what the loss of the scores counts
 */
public record BoxHeadSpec(
        int width,
        int side,
        Layers shared,
        Layers score,
        Layers box,
        int channels,
        int units,
        Norm norm,
        int classes,
        boolean agnostic,
        boolean decoded,
        BoxCoder coder,
        BoxLoss boxLoss,
        double scoreWeight) {
    /** Convolutions of 3 x 3, then linear layers, all rectified. */
    public record Layers(int convs, int linears) {
        public static final Layers NONE = new Layers(0, 0);

        public Layers {
            if (convs < 0 || linears < 0) {
                throw new IllegalArgumentException("%d convolutions and %d linear layers".formatted(convs, linears));
            }
        }
    }

    public BoxHeadSpec {
        if (classes < 1) {
            throw new IllegalArgumentException("a head for boxes needs at least 1 class, not " + classes);
        }
        if (boxLoss.needsBoxes() && !decoded) {
            throw new IllegalArgumentException(
                    "the loss %s compares boxes, so decoded must be true".formatted(boxLoss));
        }
        if (shared.linears() > 0 && (score.convs() > 0 || box.convs() > 0)) {
            throw new IllegalArgumentException("convolutions of a branch cannot follow linear layers that are shared");
        }
    }

    /** Sets of deltas per region. */
    public int boxes() {
        return agnostic ? 1 : classes;
    }
}
