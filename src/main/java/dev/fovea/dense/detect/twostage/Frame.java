package dev.fovea.dense.detect.twostage;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.Norm;
import dev.fovea.dense.adapter.ExtraAttention;
import dev.fovea.dense.detect.roi.RegionExtractor;
import dev.fovea.dense.detect.roi.RegionLevels;
import dev.fovea.dense.detect.roi.RegionSource;
import dev.fovea.dense.detect.roi.RoiAlign;
import dev.fovea.dense.detect.roi.RoiHead;
import dev.fovea.dense.detect.rpn.RpnHead;
import java.util.ArrayList;
import java.util.List;

/**
 * What two-stage detectors share: five levels, of strides 4 to 64 on the usual pyramid; regions are cut from the first
 * four.
 */
record Frame(Backbone backbone, NeckKind neck, int channels, List<Integer> strides) {
    private static final int LEVELS = 5;
    private static final int CUT_FROM = 4;

    /** Cells per side of a region, for boxes and for masks. */
    private static final int BOX_CELLS = 7;

    private static final int MASK_CELLS = 14;

    static Frame of(Backbone backbone, NeckKind neck, int channels) {
        List<Integer> strides = new ArrayList<>(backbone.strides());
        for (int i = 1; i < strides.size(); i++) {
            if (strides.get(i) != 2 * strides.get(i - 1)) {
                throw new IllegalArgumentException(
                        "a two-stage detector wants maps each of half the resolution of the one before, not strides %s"
                                .formatted(strides));
            }
        }
        while (strides.size() < LEVELS) {
            strides.add(2 * strides.get(strides.size() - 1));
        }
        if (neck == NeckKind.BACKBONE && backbone.widths().stream().anyMatch(width -> width != channels)) {
            throw new IllegalArgumentException(
                    "channels %d are not those of the backbone's pyramid, %s, and neck backbone leaves them as they are"
                            .formatted(channels, backbone.widths()));
        }
        return new Frame(backbone, neck, channels, List.copyOf(strides));
    }

    RegionSource source() {
        int cutFrom = Math.min(CUT_FROM, backbone.strides().size());
        return new RegionSource(
                strides.subList(0, cutFrom),
                new RegionExtractor(RoiAlign.of(BOX_CELLS), RegionLevels.USUAL),
                new RegionExtractor(RoiAlign.of(MASK_CELLS), RegionLevels.USUAL));
    }

    TwoStageDetector detector(ProposalSettings proposals, RoiHead head) {
        return detector(null, proposals, head);
    }

    /** @param attention over the backbone's coarsest map; null = none */
    TwoStageDetector detector(ExtraAttention attention, ProposalSettings proposals, RoiHead head) {
        Fpn pyramid = neck == NeckKind.BACKBONE ? null : new Fpn(pyramid());
        return new TwoStageDetector(
                backbone,
                new TwoStageDetector.Neck(attention, pyramid, strides.size()),
                new RpnHead(proposals.build(channels, strides)),
                head);
    }

    /** Channels of the backbone's coarsest map. */
    int lastWidth() {
        List<Integer> widths = backbone.widths();
        return widths.get(widths.size() - 1);
    }

    private Fpn.Spec pyramid() {
        Fpn.Spec plain = Fpn.Spec.of(backbone.widths(), channels, strides.size());
        return neck == NeckKind.FPN_NORMED ? plain.normed(Norm.BATCH, true) : plain;
    }
}
