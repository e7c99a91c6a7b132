package dev.fovea.dense.detect.twostage;

import dev.fovea.backbone.Backbone;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.dense.Limits;
import dev.fovea.dense.adapter.ExtraAttention;
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
 * @param extraAttention over the backbone's coarsest map in front of the neck; empty = none
 * @param channels of pyramid and heads
 */
public record HtcSpec(
        Optional<Attention> extraAttention,
        NeckKind neck,
        int channels,
        ProposalSettings proposals,
        BoxSettings box,
        MaskSettings mask,
        Optional<Semantic> semantic,
        ResultSettings results)
        implements DetectorSpec {
    /**
     * The attention that ViT-Adapter's detectors HTC++ have, whose backbones attend in windows.
     *
     * @param ffnRatio hidden width of its feed-forward part, as a share of the map's; 0 = none
     */
    public record Attention(int heads, double ffnRatio, double dropPath) {
        public Attention {
            Limits.positive("heads", heads);
            Limits.atLeast("ffnRatio", ffnRatio, 0);
            Limits.share("dropPath", dropPath);
        }

        ExtraAttention build(int width) {
            if (width % heads != 0) {
                throw new IllegalArgumentException(
                        "detector.extraAttention.heads %d do not divide the %d channels of the backbone's coarsest map"
                                .formatted(heads, width));
            }
            ExtraAttention.Spec usual = ExtraAttention.Spec.published(width, heads);
            return new ExtraAttention(new ExtraAttention.Spec(
                    width, heads, ffnRatio, dropPath, usual.layerScale(), usual.finalNorm(), usual.eps()));
        }
    }

    /**
     * The semantic branch, which wants a semantic map of each image. It brings all levels to the one whose cells are those of
     * the maps.
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

        private static final int CELLS = 14;

        SemanticSpec build(Frame frame) {
            int channels = frame.channels(), level = frame.strides().indexOf(ObjectBatch.CELL);
            if (level < 0) {
                throw new IllegalArgumentException(
                        "detector.semantic learns from maps of %d pixels a cell, and the levels' strides are %s: leave the"
                                        .formatted(ObjectBatch.CELL, frame.strides())
                                + " branch out with detector.semantic=null");
            }
            return new SemanticSpec(
                    frame.strides().size(),
                    level,
                    channels,
                    convs,
                    channels,
                    classes,
                    255,
                    weight,
                    RoiAlign.of(CELLS),
                    ObjectBatch.CELL,
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

    /** As published for ViT-Adapter, but for the attention, whose heads depend on the backbone's width. */
    public static HtcSpec published() {
        return new HtcSpec(
                Optional.empty(),
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
        ExtraAttention attention =
                extraAttention.map(it -> it.build(frame.lastWidth())).orElse(null);
        return frame.detector(attention, proposals, new CascadeRoiHead(cascade));
    }

    @Override
    public boolean learnsFromSemanticMaps() {
        return semantic.isPresent();
    }
}
