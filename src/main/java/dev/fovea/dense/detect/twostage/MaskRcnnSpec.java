package dev.fovea.dense.detect.twostage;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.roi.StandardRoiHead;
import java.util.Optional;

/**
 * Mask R-CNN (He et al. 2017); Faster R-CNN without a mask.
 *
 * @param channels of pyramid and heads
 */
public record MaskRcnnSpec(
        NeckKind neck,
        int channels,
        ProposalSettings proposals,
        BoxSettings box,
        Optional<MaskSettings> mask,
        ResultSettings results)
        implements DetectorSpec {
    public MaskRcnnSpec {
        Limits.positive("channels", channels);
    }

    /** As published: mmdetection's configuration, which ViT-Adapter and iTPN start from. */
    public static MaskRcnnSpec published() {
        return new MaskRcnnSpec(
                NeckKind.FPN,
                256,
                ProposalSettings.USUAL,
                BoxSettings.LINEAR,
                Optional.of(MaskSettings.USUAL),
                ResultSettings.USUAL);
    }

    @Override
    public Detector build(Backbone backbone, int classes) {
        Frame frame = Frame.of(backbone, neck, channels);
        StandardRoiHead head = new StandardRoiHead(new StandardRoiHead.Spec(
                frame.source(),
                box.build(channels, classes, BoxCoder.of(0.1, 0.1, 0.2, 0.2)),
                mask.map(settings -> settings.build(channels, classes, false)).orElse(null),
                box.training(0.5, true),
                results.build()));
        return frame.detector(proposals, head);
    }
}
