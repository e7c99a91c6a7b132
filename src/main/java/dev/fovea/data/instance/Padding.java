package dev.fovea.data.instance;

import dev.fovea.data.FloatImage;
import java.util.List;

/**
 * To which size images of a batch are padded, at the right and at the bottom.
 *
 * @param multiple both sides become multiples of this
 * @param square every batch has this side, for networks that take one size; 0 = as large as its largest image needs
 */
public record Padding(int multiple, int square) {
    public Padding {
        if (multiple < 1 || square < 0 || square % multiple != 0) {
            throw new IllegalArgumentException(
                    "padding to multiples of %d and a square of %d: the square is not a multiple"
                            .formatted(multiple, square));
        }
    }

    /** {@code {height, width}} of a batch of these images. */
    int[] of(List<FloatImage> images) {
        int height = 0, width = 0;
        for (FloatImage image : images) {
            height = Math.max(height, image.height());
            width = Math.max(width, image.width());
        }
        return of(height, width);
    }

    /** {@code {height, width}} of what holds so many pixels. */
    public int[] of(int height, int width) {
        if (square > 0 && (height > square || width > square)) {
            throw new IllegalArgumentException(
                    "an image of %d x %d does not fit the padded square of %d".formatted(width, height, square));
        }
        return square > 0 ? new int[] {square, square} : new int[] {up(height), up(width)};
    }

    private int up(int side) {
        return (side + multiple - 1) / multiple * multiple;
    }
}
