package dev.fovea.dense.detect.single;

import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.box.Suppression;

/**
 * How objects are chosen among all anchors.
 *
 * @param lowestScore candidates have more, before the quality is counted in
 * @param candidates best ones of each level that are looked at
 * @param suppression of what overlaps
 * @param most objects of an image
 */
public record TestRules(double lowestScore, int candidates, Suppression suppression, int most) {
    public TestRules {
        Limits.share("lowestScore", lowestScore);
        Limits.positive("candidates", candidates);
        Limits.positive("most", most);
    }
}
