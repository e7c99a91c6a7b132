package dev.fovea.eval.coco;

import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Rle;

/**
 * One object that a detector found.
 *
 * @param label the class number
 * @param mask its pixels; {@code null} from a detector of boxes alone
 */
public record Detection(int label, double score, BoundingBox box, Rle mask) {
    public Detection {
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("detection score %s is not finite".formatted(score));
        }
        score += 0.0; // -0.0 becomes 0.0: the two must not differ in sorting
    }

    public Detection(int label, double score, BoundingBox box) {
        this(label, score, box, null);
    }
}
