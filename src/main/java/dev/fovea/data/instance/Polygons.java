package dev.fovea.data.instance;

import java.util.List;

/** The outline of one object: closed polygons, each {@code x0, y0, x1, y1, …}; a pixel inside any of them is of the object. */
public record Polygons(List<double[]> parts) implements Region {
    private static final int FEWEST_NUMBERS = 6;
    /** As far as {@link PolygonFill} can count; what a file may state is far less. */
    private static final double FARTHEST = 1e8;

    public Polygons {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no polygon");
        }
        parts.forEach(Polygons::check);
        parts = List.copyOf(parts);
    }

    /** The outline of a box. */
    public static Polygons of(BoundingBox box) {
        double right = box.x() + box.width(), bottom = box.y() + box.height();
        return new Polygons(List.of(new double[] {box.x(), box.y(), box.x(), bottom, right, bottom, right, box.y()}));
    }

    @Override
    public Rle rle(int height, int width) {
        return Rle.union(parts.stream()
                .map(part -> new PolygonFill(height, width).fill(part))
                .toList());
    }

    private static void check(double[] part) {
        if (part.length < FEWEST_NUMBERS || part.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "a polygon of %d numbers is not at least 3 pairs".formatted(part.length));
        }
        for (double number : part) {
            if (!(Math.abs(number) <= FARTHEST)) {
                throw new IllegalArgumentException(
                        "polygon coordinate %s is not within %s".formatted(number, FARTHEST));
            }
        }
    }
}
