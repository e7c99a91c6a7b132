package dev.fovea.dense.detect.twostage;

import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.Choice;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.dense.detect.rpn.ProposalRule;
import dev.fovea.dense.detect.rpn.RpnSpec;
import java.util.List;

/**
 * How regions are proposed.
 *
 * @param anchorScale side of the square anchor in strides
 * @param ratios height by width of the anchors
 * @param convs convolutions in front of scores and deltas
 * @param loss of the deltas
 * @param insideOnly whether anchors that cross the image's border are left out of training
 * @param anchors trained of each image, half of them on objects at most
 * @param perLevel the best of each level, {@code perLevelWhileTraining} in training, are thinned out
 * @param most proposals of an image, {@code mostWhileTraining} in training
 * @param iou overlap from which the worse of two proposals of a level goes
 */
public record ProposalSettings(
        double anchorScale,
        List<Double> ratios,
        int convs,
        Loss loss,
        boolean insideOnly,
        int anchors,
        int perLevelWhileTraining,
        int mostWhileTraining,
        int perLevel,
        int most,
        double iou) {
    /** Absolute differences, or those with a parabola below 1/9. */
    public enum Loss {
        L1,
        SMOOTH_L1
    }

    public ProposalSettings {
        ratios = List.copyOf(ratios);
        Limits.positive("anchorScale", anchorScale);
        if (ratios.isEmpty()) {
            throw new IllegalArgumentException("ratios [] hold no shape of anchors");
        }
        for (int i = 0; i < ratios.size(); i++) {
            Limits.positive("ratios[%d]".formatted(i), ratios.get(i));
        }
        Limits.positive("convs", convs);
        Limits.positive("anchors", anchors);
        Limits.positive("perLevelWhileTraining", perLevelWhileTraining);
        Limits.positive("mostWhileTraining", mostWhileTraining);
        Limits.positive("perLevel", perLevel);
        Limits.positive("most", most);
        Limits.share("iou", iou);
    }

    /** Mask R-CNN's. */
    public static final ProposalSettings USUAL =
            new ProposalSettings(8, List.of(0.5, 1.0, 2.0), 1, Loss.L1, false, 256, 2000, 1000, 1000, 1000, 0.7);

    /**
     * The cascades', HTC++ among them: smooth L1, twice as many proposals in training, anchors inside the image alone
     * (ViT-Adapter and iTPN configs/_base_/models/cascade_mask_rcnn_r50_fpn.py: allowed_border 0).
     */
    public static final ProposalSettings CASCADE =
            new ProposalSettings(8, List.of(0.5, 1.0, 2.0), 1, Loss.SMOOTH_L1, true, 256, 2000, 2000, 1000, 1000, 0.7);

    RpnSpec build(int channels, List<Integer> strides) {
        MaxIouAssigner assigner = new MaxIouAssigner(0.7, 0.3, 0.3, true);
        BoxSampler sampler = new BoxSampler(anchors, 0.5, -1, false, Choice.RANDOM);
        HardNms nms = new HardNms(iou);
        return new RpnSpec(
                channels,
                channels,
                convs,
                AnchorGenerator.of(strides, ratios, List.of(anchorScale)),
                BoxCoder.of(1, 1, 1, 1),
                loss == Loss.L1 ? BoxLoss.l1() : BoxLoss.smoothL1(1.0 / 9),
                false,
                1,
                new RpnSpec.Training(assigner, sampler, insideOnly ? 0 : -1, -1),
                new ProposalRule(perLevelWhileTraining, mostWhileTraining, nms, 0),
                new ProposalRule(perLevel, most, nms, 0));
    }
}
