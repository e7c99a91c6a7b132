package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.box.AnchorGenerator;
import java.util.ArrayList;
import java.util.List;

/**
 * Neck and towers of a detector without proposals: a feature pyramid from the backbone's stride 8 on, five levels by default,
 * the coarsest by strided convolutions, and one square anchor at every cell.
 *
 * @param channels of neck and towers
 * @param levels of the pyramid
 * @param stacked convolutions of each tower
 * @param normGroups of the towers' group norm; 0 = no norm
 * @param anchorScale side of the anchors in strides
 */
public record DenseFrame(int channels, int levels, int stacked, int normGroups, double anchorScale) {
    /** The finest map that is read; the first of stride 4 is not. */
    private static final int START = 1;

    private static final int FINEST_STRIDE = 8;

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
        List<Integer> strides = backbone.strides();
        if (strides.size() <= START || strides.get(START) != FINEST_STRIDE) {
            throw new IllegalArgumentException(
                    "a detector without proposals reads maps from stride 8 on, the second of the backbone; its strides are %s"
                            .formatted(strides));
        }
        return Fpn.Spec.of(backbone.widths(), channels, levels)
                .startingAt(START)
                .extending(Fpn.Extra.ON_OUTPUT, false);
    }

    DenseHead.Settings head(int classes, TargetRules targets, TestRules test) {
        Norm norm = normGroups == 0 ? Norm.NONE : Norm.group(normGroups);
        return new DenseHead.Settings(channels, channels, stacked, norm, classes, anchors(), targets, test);
    }

    private AnchorGenerator anchors() {
        List<Integer> strides = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            strides.add(FINEST_STRIDE << i);
        }
        return AnchorGenerator.of(strides, List.of(1.0), List.of(anchorScale));
    }
}
