package dev.fovea.recipe;

import java.util.List;
import java.util.Optional;

/**
 * What training does to an image and its objects: objects are moved, then one of the branches brings the image to its size,
 * then it is mirrored, normalised and padded.
 *
 * @param moved InstaBoost's moved objects; absent = none
 * @param branches ways of resizing and cropping, of which one is drawn; DETR's policy has two
 * @param flip probability of the mirror image
 */
public record DetectAugment(
        Optional<Moved> moved,
        @Default("[[{type: resize}]]") List<List<DetectStep>> branches,
        @Default("0.5") double flip) {
    public DetectAugment {
        branches = List.copyOf(branches);
        Rule.that(
                !branches.isEmpty() && branches.stream().noneMatch(List::isEmpty),
                "branches are not one or several lists of steps");
        Rule.share("flip", flip);
    }

    void requireRoomIn(PaddingBlock padding) {
        for (int i = 0; i < branches.size(); i++) {
            int longest = Integer.MAX_VALUE;
            for (DetectStep step : branches.get(i)) {
                longest = step.longest(longest);
            }
            padding.requireRoom(longest, "augment.branches[%d]".formatted(i));
        }
    }

    /**
     * Objects cut out and pasted a little elsewhere.
     *
     * @param probability of doing so to an image
     * @param scale least and greatest factor of an object's size
     * @param shift greatest move, in widths and heights of its box
     * @param turn greatest angle in degrees, either way
     */
    public record Moved(
            @Default("0.5") double probability,
            @Default("[0.8, 1.2]") List<Double> scale,
            @Default("0.0667") double shift,
            @Default("1") double turn) {
        public Moved {
            Rule.share("probability", probability);
            scale = Rule.range("scale", scale);
            Rule.notNegative("shift", shift);
            Rule.notNegative("turn", turn);
        }
    }
}
