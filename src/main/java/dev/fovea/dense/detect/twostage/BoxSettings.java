package dev.fovea.dense.detect.twostage;

import dev.fovea.dense.Limits;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.dense.detect.roi.BoxHeadSpec;
import dev.fovea.dense.detect.roi.RegionTraining;

/**
 * How class and box of a region are found.
 *
 * @param convs convolutions in front of the linear layers
 * @param normed whether those have batch norm
 * @param linears linear layers of {@code units}
 * @param loss of boxes
 * @param agnostic whether one box serves all classes
 * @param regions trained of each image, a quarter of them on objects at most
 */
public record BoxSettings(int convs, boolean normed, int linears, int units, Loss loss, boolean agnostic, int regions) {
    /** Absolute differences of deltas, the same with a parabola below 1, or generalised IoU of boxes, ten times. */
    public enum Loss {
        L1,
        SMOOTH_L1,
        GIOU
    }

    /** Cells per side of a region. */
    private static final int SIDE = 7;

    private static final int MASK_SIDE = 28;

    public BoxSettings {
        if (convs < 0 || linears < 0) {
            throw new IllegalArgumentException(
                    "%s %d is below 0".formatted(convs < 0 ? "convs" : "linears", Math.min(convs, linears)));
        }
        Limits.positive("units", units);
        Limits.positive("regions", regions);
    }

    /** Mask R-CNN's: two linear layers of 1024, a box per class, L1. */
    public static final BoxSettings LINEAR = new BoxSettings(0, false, 2, 1024, Loss.L1, false, 512);

    /** Four convolutions with batch norm, a linear layer, a box per class, GIoU. */
    public static final BoxSettings CONVOLUTIONS = new BoxSettings(4, true, 1, 1024, Loss.GIOU, false, 512);

    /** HTC++'s: four convolutions without norm, a linear layer, one box for all classes, smooth L1. */
    public static final BoxSettings HYBRID = new BoxSettings(4, false, 1, 1024, Loss.SMOOTH_L1, true, 512);

    BoxHeadSpec build(int channels, int classes, BoxCoder coder) {
        BoxLoss boxLoss =
                switch (loss) {
                    case L1 -> BoxLoss.l1();
                    case SMOOTH_L1 -> BoxLoss.smoothL1(1);
                    case GIOU -> BoxLoss.giou(10);
                };
        return new BoxHeadSpec(
                channels,
                SIDE,
                new BoxHeadSpec.Layers(convs, linears),
                BoxHeadSpec.Layers.NONE,
                BoxHeadSpec.Layers.NONE,
                channels,
                units,
                normed ? Norm.BATCH : Norm.NONE,
                classes,
                agnostic,
                boxLoss.needsBoxes(),
                coder,
                boxLoss,
                1);
    }

    /**
     * @param iou least overlap of a region with an object that it is trained on
     * @param lowQuality whether an object's best regions are taken all the same if they reach that overlap
     */
    RegionTraining training(double iou, boolean lowQuality) {
        return new RegionTraining(
                new MaxIouAssigner(iou, iou, iou, lowQuality), new BoxSampler(regions, 0.25, true), MASK_SIDE, -1);
    }
}
