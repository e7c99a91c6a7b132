package dev.fovea.data;

/** A rectangle of whole pixels, in torchvision's order (i, j, h, w). */
public record Box(int top, int left, int height, int width) {
    public Box {
        if (top < 0 || left < 0 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "box top %d left %d height %d width %d is empty or negative".formatted(top, left, height, width));
        }
    }

    /** The whole of a picture. */
    public static Box all(int width, int height) {
        return new Box(0, 0, height, width);
    }

    /** The box that covers the same pixels after a picture of this width is mirrored left to right. */
    public Box flipped(int imageWidth) {
        return new Box(top, imageWidth - left - width, height, width);
    }

    void requireInside(int imageWidth, int imageHeight) {
        if (left + width > imageWidth || top + height > imageHeight) {
            throw new IllegalArgumentException(
                    "%s does not lie inside an image of %d x %d pixels".formatted(this, imageWidth, imageHeight));
        }
    }
}
