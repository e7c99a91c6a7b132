package dev.fovea.recipe;

import dev.fovea.data.augment.RandomScale;
import java.util.List;
import java.util.Optional;

/** One step of bringing a training image to its size; the key {@code type} tells which. */
public sealed interface DetectStep {
    /**
     * Scales the image into a box ({@code type: resize}, mmdetection's Resize).
     *
     * @param scales boxes [long, short] to draw from
     * @param mode value = one of the boxes, range = each side between its least and its greatest
     * @param ratio least and greatest factor of the box, for large-scale jitter
     * @param keepRatio whether the image keeps its shape; otherwise it becomes long x short, whatever its shape
     */
    record Resize(
            @Default("[[1333, 800]]") List<List<Integer>> scales,
            @Default("value") RandomScale.Mode mode,
            Optional<List<Double>> ratio,
            @Default("true") boolean keepRatio)
            implements DetectStep {
        public Resize {
            scales = boxes("scales", scales);
            ratio = ratio.map(bounds -> Rule.range("ratio", bounds));
        }
    }

    /**
     * Cuts a part out whose sides are drawn from least to most pixels ({@code type: crop}, mmdetection's RandomCrop of type
     * absolute_range; with equal bounds absolute).
     */
    record Crop(int least, int most) implements DetectStep {
        public Crop {
            Rule.positive("least", least);
            Rule.that(most >= least, "most %d is below least %d", most, least);
        }
    }

    /** Boxes [long, short]. */
    static List<List<Integer>> boxes(String name, List<List<Integer>> boxes) {
        Rule.that(!boxes.isEmpty(), "%s holds no box [long, short]", name);
        for (List<Integer> box : boxes) {
            Rule.box(name, box);
        }
        return List.copyOf(boxes);
    }
}
