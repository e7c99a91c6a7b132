package dev.fovea.data.augment;

import dev.fovea.data.Box;

/**
 * Where a view lies in its image: the box that was cut out, the size it was resized to, the patches it is read in, and whether
 * it was mirrored left to right afterwards.
 */
public record PlacedView(Box box, int height, int width, int rows, int columns, boolean flipped) {
    public PlacedView {
        if (height < 1 || width < 1 || rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a view of %d x %d pixels in %d x %d patches is empty".formatted(height, width, rows, columns));
        }
    }

    public int patches() {
        return rows * columns;
    }
}
