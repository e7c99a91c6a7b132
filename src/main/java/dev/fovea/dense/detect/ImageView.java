package dev.fovea.dense.detect;

import dev.fovea.dense.detect.box.Sides;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One of several looks at an image.
 *
 * @param image normalised, {@code [1, 3, H, W]}
 * @param flipped whether it is the mirror image
 * @param least objects taken from it have at least this size: the root of their area, in pixels of the original
 * @param greatest and at most this one
 */
public record ImageView(Tensor image, ImageSize size, boolean flipped, double least, double greatest) {
    /** Boxes {@code [N, 4]} of the original image as they lie in its mirror image, where this is one, and back. */
    public Tensor mirrored(Tensor boxes) {
        if (!flipped) {
            return boxes;
        }
        Scalar width = new Scalar((double) size.original().width());
        Sides sides = Sides.of(boxes);
        Tensor left = sides.right().neg().add(width), right = sides.left().neg().add(width);
        return new Sides(left, sides.top(), right, sides.bottom()).join();
    }

    /** Which of the boxes {@code [N, 4]} are of a size that is taken from this view: numbers, int64 {@code [M]}. */
    public Tensor taken(Tensor boxes) {
        Tensor areas = Sides.of(boxes).area();
        return areas.ge(new Scalar(least * least))
                .logical_and(areas.le(new Scalar(greatest * greatest)))
                .nonzero()
                .reshape(-1);
    }
}
