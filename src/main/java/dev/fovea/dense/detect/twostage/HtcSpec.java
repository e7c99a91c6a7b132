package dev.fovea.dense.detect.twostage;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.roi.CascadeRoiHead;
import dev.fovea.dense.detect.roi.CascadeSpec;
import dev.fovea.dense.detect.roi.RoiAlign;
import dev.fovea.dense.detect.roi.SemanticSpec;
import java.util.Optional;

/**
 * The hybrid task cascade (Chen et al. 2019) in the form HTC++ of ViT-Adapter: masks are trained on refined boxes and
 * read those of earlier stages, a semantic branch adds context.
 *
 * @param channels of pyramid and heads
 */
public record HtcSpec(
        NeckKind neck,
        int channels,
        ProposalSettings proposals,
        BoxSettings box,
        MaskSettings mask,
        Optional<Semantic> semantic,
        ResultSettings results)
        implements DetectorSpec {
    /**
     * The semantic branch, which wants a semantic map of each image.
     *
     * @param classes of the map, things and stuff
     * @param weight what its loss counts
     */
    public record Semantic(int classes, int convs, double weight) {
        public Semantic {
            Limits.positive("classes", classes);
            Limits.positive("convs", convs);
            Limits.positive("weight", weight);
        }

        /** On COCO-stuff. */
        public static final Semantic USUAL = new Semantic(183, 4, 0.2);

        private static final int LEVEL = 1;
        private static final int CELLS = 14;

        SemanticSpec build(Frame frame) {
            int channels = frame.channels();
            return new SemanticSpec(
                    frame.strides().size(),
                    LEVEL,
                    channels,
                    convs,
                    channels,
                    classes,
                    255,
                    weight,
                    RoiAlign.of(CELLS),
                    frame.strides().get(LEVEL),
                    true,
                    true);
        }
    }

    public HtcSpec {
        Limits.positive("channels", channels);
        if (!box.agnostic()) {
            throw new IllegalArgumentException(
                    "box.agnostic is false, but the hybrid cascade has one box for all classes");
        }
    }

    /** As published for ViT-Adapter. */
    public static HtcSpec published() {
        return new HtcSpec(
                NeckKind.FPN,
                256,
                ProposalSettings.CASCADE,
                BoxSettings.HYBRID,
                MaskSettings.USUAL,
                Optional.of(Semantic.USUAL),
                ResultSettings.SOFT);
    }

    @Override
    public Detector build(Backbone backbone, int classes) {
        Frame frame = Frame.of(backbone, neck, channels);
        CascadeSpec cascade = new CascadeSpec(
                frame.source(),
                Stages.of(box, Optional.of(mask), channels, classes, true),
                semantic.map(settings -> settings.build(frame)).orElse(null),
                true,
                true,
                results.build());
        return frame.detector(proposals, new CascadeRoiHead(cascade));
    }

    @Override
    public boolean learnsFromSemanticMaps() {
        return semantic.isPresent();
    }
}
