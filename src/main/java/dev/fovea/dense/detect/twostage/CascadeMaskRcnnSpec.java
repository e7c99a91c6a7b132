package dev.fovea.dense.detect.twostage;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.roi.CascadeRoiHead;
import dev.fovea.dense.detect.roi.CascadeSpec;
import java.util.Optional;

/**
 * Cascade Mask R-CNN (Cai and Vasconcelos 2018): three stages that refine each other's boxes.
 *
 * @param channels of pyramid and heads
 */
public record CascadeMaskRcnnSpec(
        NeckKind neck,
        int channels,
        ProposalSettings proposals,
        BoxSettings box,
        Optional<MaskSettings> mask,
        ResultSettings results)
        implements DetectorSpec {
    public CascadeMaskRcnnSpec {
        Limits.positive("channels", channels);
    }

    /** As published for ViT-Adapter. */
    public static CascadeMaskRcnnSpec published() {
        return new CascadeMaskRcnnSpec(
                NeckKind.FPN,
                256,
                ProposalSettings.CASCADE,
                BoxSettings.CONVOLUTIONS,
                Optional.of(MaskSettings.USUAL),
                ResultSettings.USUAL);
    }

    @Override
    public Detector build(Backbone backbone, int classes) {
        Frame frame = Frame.of(backbone, neck, channels);
        CascadeSpec cascade = new CascadeSpec(
                frame.source(), Stages.of(box, mask, channels, classes, false), null, false, false, results.build());
        return frame.detector(proposals, new CascadeRoiHead(cascade));
    }
}
