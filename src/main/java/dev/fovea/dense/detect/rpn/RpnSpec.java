package dev.fovea.dense.detect.rpn;

import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.MaxIouAssigner;

/**
 * The settings of a region proposal network.
 *
 * @param width channels of the maps
 * @param channels of the convolutions
 * @param convs how many of them
 * @param decoded whether the loss compares boxes instead of deltas
 * @param scoreWeight what the loss of the scores counts
 */
public record RpnSpec(
        int width,
        int channels,
        int convs,
        AnchorGenerator anchors,
        BoxCoder coder,
        BoxLoss boxLoss,
        boolean decoded,
        double scoreWeight,
        Training training,
        ProposalRule whileTraining,
        ProposalRule inUse) {
    /**
     * Which anchors are trained.
     *
     * @param border pixels by which an anchor may leave the image and still take part; negative = any
     * @param positiveWeight what an object's score counts; not positive = 1
     */
    public record Training(MaxIouAssigner assigner, BoxSampler sampler, double border, double positiveWeight) {}

    public RpnSpec {
        if (convs < 1) {
            throw new IllegalArgumentException("a region proposal network needs at least 1 convolution, not " + convs);
        }
        if (boxLoss.needsBoxes() && !decoded) {
            throw new IllegalArgumentException(
                    "the loss %s compares boxes, so decoded must be true".formatted(boxLoss));
        }
    }
}
