package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.box.AnchorGenerator;
import java.util.ArrayList;
import java.util.List;

/**
 * Neck and towers of a detector without proposals: a feature pyramid from the backbone's second map on, usually of stride 8,
 * whose levels beyond the backbone's come from strided convolutions, and one square anchor at every cell.
 *
 * @param channels of neck and towers
 * @param levels of the pyramid
 * @param stacked convolutions of each tower
 * @param normGroups of the towers' group norm; 0 = no norm
 * @param anchorScale side of the anchors in strides
 */
public record DenseFrame(int channels, int levels, int stacked, int normGroups, double anchorScale) {
    /** The finest map that is read; the first is not. */
    private static final int START = 1;

    public DenseFrame {
        if (channels < 1 || stacked < 0 || !(anchorScale > 0)) {
            throw new IllegalArgumentException("channels %d and anchorScale %s must be above 0, stacked %d not below 0"
                    .formatted(channels, anchorScale, stacked));
        }
        if (normGroups < 0 || normGroups > 0 && channels % normGroups != 0) {
            throw new IllegalArgumentException(
                    "channels %d is not divisible by normGroups %d".formatted(channels, normGroups));
        }
        if (levels < 1) {
            throw new IllegalArgumentException("levels %d is below 1".formatted(levels));
        }
    }

    Fpn.Spec neck(Backbone backbone) {
        requireDoubling(backbone.strides());
        Norm none = Norm.NONE;
        return new Fpn.Spec(
                backbone.widths(),
                channels,
                levels,
                START,
                Fpn.Extra.ON_OUTPUT,
                false,
                none,
                true,
                false,
                Fpn.Upsampling.NEAREST);
    }

    private static void requireDoubling(List<Integer> strides) {
        boolean doubling = strides.size() > START;
        for (int i = 1; i < strides.size(); i++) {
            doubling &= strides.get(i) == 2 * strides.get(i - 1);
        }
        if (!doubling) {
            throw new IllegalArgumentException(
                    "a detector without proposals reads maps of doubling strides from the second on; the backbone's are %s"
                            .formatted(strides));
        }
    }

    DenseHead.Settings head(Backbone backbone, int classes, TargetRules targets, TestRules test) {
        Norm norm = normGroups == 0 ? Norm.NONE : Norm.group(normGroups);
        return new DenseHead.Settings(channels, channels, stacked, norm, classes, anchors(backbone), targets, test);
    }

    private AnchorGenerator anchors(Backbone backbone) {
        requireDoubling(backbone.strides());
        List<Integer> strides = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            strides.add(backbone.strides().get(START) << i);
        }
        return AnchorGenerator.of(strides, List.of(1.0), List.of(anchorScale));
    }
}
