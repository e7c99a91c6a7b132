package dev.fovea.recipe;

import dev.fovea.data.augment.Filter;
import java.util.List;

/** The random crop of training images, resized to {@code backbone.imageSize}; the key {@code type} tells which. */
public sealed interface Crop {
    Filter interpolation();

    /**
     * A box of random area and shape ({@code type: resized}, torchvision's RandomResizedCrop).
     *
     * @param scale least and greatest share of the image's area
     * @param ratio least and greatest width / height
     * @param oneDraw one draw cut to the image instead of up to ten tries (facebookresearch/mae util/crop.py)
     */
    record Resized(
            List<Double> scale,
            @Default("[0.75, 1.3333333333333333]") List<Double> ratio,
            @Default("bicubic") Filter interpolation,
            @Default("false") boolean oneDraw)
            implements Crop {
        public Resized {
            scale = Rule.range("scale", scale);
            Rule.that(scale.get(1) <= 1, "scale %s exceeds the whole image, 1", scale);
            ratio = Rule.range("ratio", ratio);
        }
    }

    /** A square whose side is uniform in {@code minSide..maxSide} pixels ({@code type: square}), for small pictures. */
    record Square(int minSide, int maxSide, @Default("bicubic") Filter interpolation) implements Crop {
        public Square {
            Rule.positive("minSide", minSide);
            Rule.that(maxSide >= minSide, "maxSide %d is below minSide %d", maxSide, minSide);
        }
    }
}
