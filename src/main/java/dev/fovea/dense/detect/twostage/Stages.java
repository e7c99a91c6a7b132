package dev.fovea.dense.detect.twostage;

import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.roi.CascadeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The three stages that all cascades have (Cai and Vasconcelos 2018): each wants more overlap and finer deltas. */
final class Stages {
    private static final double[] OVERLAPS = {0.5, 0.6, 0.7};
    private static final double[] WEIGHTS = {1, 0.5, 0.25};

    /** Divisors of the deltas, as rounded in the published configurations. */
    private static final double[][] STDS = {{0.1, 0.1, 0.2, 0.2}, {0.05, 0.05, 0.1, 0.1}, {0.033, 0.033, 0.067, 0.067}};

    private Stages() {}

    /** @param hybrid whether they are HTC's: masks read earlier ones, and an object's best region is always trained */
    static List<CascadeSpec.Stage> of(
            BoxSettings box, Optional<MaskSettings> mask, int channels, int classes, boolean hybrid) {
        List<CascadeSpec.Stage> stages = new ArrayList<>();
        for (int i = 0; i < OVERLAPS.length; i++) {
            boolean reads = hybrid && i > 0;
            stages.add(new CascadeSpec.Stage(
                    box.build(channels, classes, BoxCoder.of(STDS[i])),
                    mask.map(settings -> settings.build(channels, classes, reads))
                            .orElse(null),
                    box.training(OVERLAPS[i], hybrid),
                    WEIGHTS[i]));
        }
        return stages;
    }
}
