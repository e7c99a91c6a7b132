package dev.fovea.dense.detect.rpn;

import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import java.util.List;

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
    public record Training(MaxIouAssigner assigner, BoxSampler sampler, double border, double positiveWeight) {
        /** As published: 256 anchors, half of them objects at most. */
        public static final Training USUAL =
                new Training(new MaxIouAssigner(0.7, 0.3, 0.3, true), new BoxSampler(256, 0.5, false), -1, -1);
    }

    public RpnSpec {
        if (convs < 1) {
            throw new IllegalArgumentException("a region proposal network needs at least 1 convolution, not " + convs);
        }
        if (boxLoss.needsBoxes() && !decoded) {
            throw new IllegalArgumentException(
                    "the loss %s compares boxes, so decoded must be true".formatted(boxLoss));
        }
    }

    /** Mask R-CNN's on a pyramid of five levels. */
    public static RpnSpec of(int width, BoxLoss boxLoss, int whileTraining) {
        return new RpnSpec(
                width,
                width,
                1,
                AnchorGenerator.of(List.of(4, 8, 16, 32, 64), List.of(0.5, 1.0, 2.0), List.of(8.0)),
                BoxCoder.of(1, 1, 1, 1),
                boxLoss,
                false,
                1,
                Training.USUAL,
                ProposalRule.of(2000, whileTraining),
                ProposalRule.of(1000, 1000));
    }

    public RpnSpec training(Training other) {
        return new RpnSpec(
                width, channels, convs, anchors, coder, boxLoss, decoded, scoreWeight, other, whileTraining, inUse);
    }

    public RpnSpec convolutions(int count) {
        return new RpnSpec(
                width, channels, count, anchors, coder, boxLoss, decoded, scoreWeight, training, whileTraining, inUse);
    }
}
