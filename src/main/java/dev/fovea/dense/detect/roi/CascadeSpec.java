package dev.fovea.dense.detect.roi;

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
}
