package dev.fovea.dense.detect.rpn;

import dev.fovea.dense.detect.box.Suppression;

/**
 * How scored anchors become proposals.
 *
 * @param perLevel anchors of each level that are decoded, the best; 0 = all
 * @param most proposals of an image
 * @param suppression of doubles, each level by itself
 * @param smallest boxes whose width or height is not larger go; negative = none
 */
public record ProposalRule(int perLevel, int most, Suppression suppression, double smallest) {
    public ProposalRule {
        if (perLevel < 0 || most < 1) {
            throw new IllegalArgumentException(
                    "proposals want perLevel >= 0 and most >= 1, not %d and %d".formatted(perLevel, most));
        }
    }
}
