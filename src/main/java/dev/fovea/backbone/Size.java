package dev.fovea.backbone;

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

    public boolean isDivisibleBy(int divisor) {
        return height % divisor == 0 && width % divisor == 0;
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
