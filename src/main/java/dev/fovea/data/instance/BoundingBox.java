package dev.fovea.data.instance;

/** A rectangle in pixels, COCO's x, y, width, height; unlike {@link dev.fovea.data.Box} with fractions and anywhere. */
public record BoundingBox(double x, double y, double width, double height) {
    public BoundingBox {
        boolean finite = Double.isFinite(x) && Double.isFinite(y) && Double.isFinite(width) && Double.isFinite(height);
        if (!finite || width < 0 || height < 0) {
            throw new IllegalArgumentException(
                    "box x %s y %s width %s height %s is negative or not finite".formatted(x, y, width, height));
        }
    }

    public double area() {
        return width * height;
    }

    /** How much area both boxes share. */
    public double intersection(BoundingBox other) {
        double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        return w <= 0 || h <= 0 ? 0 : w * h;
    }

    /**
     * Intersection over union; over the area of this box alone where the other is a crowd, which a detection may lie in
     * without covering it (maskApi.c bbIou).
     */
    public double iou(BoundingBox other, boolean crowd) {
        double shared = intersection(other);
        if (shared == 0) {
            return 0;
        }
        return shared / (crowd ? area() : area() + other.area() - shared);
    }
}
