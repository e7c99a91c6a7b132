package dev.fovea.recipe;

import dev.fovea.data.augment.RandomScale;
import java.util.List;
import java.util.Optional;

/** One step of bringing a training image to its size; the key {@code type} tells which. */
public sealed interface DetectStep {
    /** The longest side that an image can have afterwards, of one that had {@code before} at most. */
    int longest(int before);

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

        @Override
        public int longest(int before) {
            int side = scales.stream().mapToInt(box -> box.get(0)).max().orElseThrow();
            return (int) (side * ratio.map(bounds -> bounds.get(1)).orElse(1.0));
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

        @Override
        public int longest(int before) {
            return Math.min(before, most);
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
