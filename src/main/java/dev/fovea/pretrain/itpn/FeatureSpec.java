package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.Check;
import dev.fovea.teacher.TargetSource;

/**
 * Masked feature modelling (Tian et al. 2023, section 3.3).
 *
 * @param lambda its weight beside masked image modelling, 0.3 in the paper; 0 = none, and no teacher is built
 * @param teacher the moving average of the student itself, stage by stage, or a frozen network's last layer
 * @param input what of the image an average sees; a frozen teacher sees all of it
 */
public record FeatureSpec(double lambda, FeatureDistance distance, TargetSource teacher, Input input) {
    /** What of the image the averaged student sees. */
    public enum Input {
        /** The units that are hidden from the student. */
        HIDDEN,
        /** The whole image. */
        FULL
    }

    public FeatureSpec {
        Check.that(lambda >= 0, "lambda %s is below 0", lambda);
    }
}
