package dev.fovea.teacher;

import dev.fovea.backbone.Check;

/**
 * The student's own moving average as its teacher.
 *
 * @param coefficient share of the average that an optimizer step leaves in place
 */
public record EmaSpec(double coefficient) implements TargetSource {
    public EmaSpec {
        Check.that(coefficient >= 0 && coefficient <= 1, "coefficient %s is not in [0, 1]", coefficient);
    }
}
