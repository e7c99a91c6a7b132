package dev.fovea.backbone;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Rows and columns, of pixels or of tokens. */
public record Size(int height, int width) {
    public Size {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("size %dx%d is not positive".formatted(height, width));
        }
    }

    public static Size square(int side) {
        return new Size(side, side);
    }

    public Size dividedBy(int divisor) {
        return new Size(height / divisor, width / divisor);
    }

    public int area() {
        return height * width;
    }

    /** {@code {height, width}}. */
    public int[] sides() {
        return new int[] {height, width};
    }

    public boolean isDivisibleBy(int divisor) {
        return height % divisor == 0 && width % divisor == 0;
    }

    /** Numbers, row by row, of the cells of a part of this size in the upper left corner: int64 {@code [part.area]}. */
    Tensor firstCells(Size part) {
        if (part.height > height || part.width > width) {
            throw new IllegalArgumentException(
                    "a view of %s patches is larger than the %s that relative positions were made for"
                            .formatted(part, this));
        }
        Tensor rows = Tensors.range(0, part.height).mul(new Scalar(width)).unsqueeze(1);
        return rows.add(Tensors.range(0, part.width).unsqueeze(0)).reshape(-1);
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
