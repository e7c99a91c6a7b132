package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.SoftNms;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a cascade.
 *
 * @param source where all stages cut their regions from
 * @param semantic branch whose features are added to regions; null = none
 * @param interleaved whether masks are trained on regions that the stage's own boxes have refined (HTC)
 * @param maskFlow whether a stage's masks read what earlier heads made of the same region (HTC)
 */
public record CascadeSpec(
        RegionSource source,
        List<Stage> stages,
        SemanticSpec semantic,
        boolean interleaved,
        boolean maskFlow,
        RegionUse use) {
    /**
     * One stage.
     *
     * @param mask null = boxes alone
     * @param weight what its losses count
     */
    public record Stage(BoxHeadSpec box, MaskHeadSpec mask, RegionTraining training, double weight) {}

    public CascadeSpec {
        stages = List.copyOf(stages);
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a cascade needs at least one stage");
        }
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            if ((stage.mask() == null) != (stages.get(0).mask() == null)) {
                throw new IllegalArgumentException("either all stages of a cascade find masks or none");
            }
            if (maskFlow && stage.mask() != null && i > 0 && !stage.mask().reads()) {
                throw new IllegalArgumentException(
                        "mask information flows to stage %d, whose head does not read it".formatted(i));
            }
        }
    }

    /** The widths of stage i's boxes: published divisors of 1, 2 and 3, as rounded there. */
    static final List<double[]> STDS =
            List.of(new double[] {0.1, 0.1, 0.2, 0.2}, new double[] {0.05, 0.05, 0.1, 0.1}, new double[] {
                0.033, 0.033, 0.067, 0.067
            });

    private static final double[] OVERLAPS = {0.5, 0.6, 0.7};
    private static final double[] WEIGHTS = {1, 0.5, 0.25};

    /** Cascade Mask R-CNN with four convolutions and a linear layer a stage, GIoU loss. */
    public static CascadeSpec cascade(int width, int classes) {
        return new CascadeSpec(
                RegionSource.usual(), stages(width, classes, false), null, false, false, RegionUse.USUAL);
    }

    /** HTC++'s heads. */
    static List<Stage> stages(int width, int classes, boolean hybrid) {
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < OVERLAPS.length; i++) {
            BoxHeadSpec box = BoxHeadSpec.fourConvolutions(width, classes, BoxCoder.of(STDS.get(i)));
            MaskHeadSpec mask = MaskHeadSpec.of(width, classes).reading(hybrid && i > 0);
            stages.add(new Stage(
                    hybrid ? box.agnosticOnDeltas() : box, mask, RegionTraining.of(OVERLAPS[i], hybrid), WEIGHTS[i]));
        }
        return stages;
    }

    /**
     * HTC++: interleaved, with mask information flow, linear soft suppression and low scores kept.
     *
     * @param semantic null = without the semantic branch
     */
    public static CascadeSpec hybrid(int width, int classes, SemanticSpec semantic) {
        ClasswiseNms nms = new ClasswiseNms(0.001, new SoftNms(0.5), 100);
        return new CascadeSpec(
                RegionSource.usual(), stages(width, classes, true), semantic, true, true, new RegionUse(nms, 0.5));
    }
}
