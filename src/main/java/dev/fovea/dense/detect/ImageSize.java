package dev.fovea.dense.detect;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * How an image came to lie in a batch: resized to {@code content}, padded to {@code padded} at the right and at the bottom
 * (the batch may be larger still).
 *
 * @param original its size before all transforms, where results are wanted
 * @param scaleX pixels of the content per pixel of the original, along rows
 * @param scaleY the same down columns
 */
public record ImageSize(Size content, Size padded, Size original, double scaleX, double scaleY) {
    public ImageSize {
        if (content.height() > padded.height() || content.width() > padded.width()) {
            throw new IllegalArgumentException(
                    "an image of %s does not fit into its padded size %s".formatted(content, padded));
        }
        if (!(scaleX > 0) || !(scaleY > 0)) {
            throw new IllegalArgumentException("scales %s and %s are not positive".formatted(scaleX, scaleY));
        }
    }

    /** Resized as the two sizes say. */
    public ImageSize(Size content, Size padded, Size original) {
        this(
                content,
                padded,
                original,
                (double) content.width() / original.width(),
                (double) content.height() / original.height());
    }

    /** Boxes {@code [.., 4]} of the network's input in pixels of the original image. */
    public Tensor toOriginal(Tensor boxes) {
        return boxes.div(scales(boxes));
    }

    /** The way back. */
    public Tensor fromOriginal(Tensor boxes) {
        return boxes.mul(scales(boxes));
    }

    private Tensor scales(Tensor beside) {
        return Tensors.of(new double[] {scaleX, scaleY, scaleX, scaleY}, 4).to(beside.device(), beside.scalar_type());
    }

    /** Neither resized nor padded. */
    public static ImageSize of(Size size) {
        return new ImageSize(size, size, size, 1, 1);
    }
}
