package dev.fovea.data.instance;

import java.util.List;

/**
 * Where the places of a source image have come to lie in a picture made of it: {@code x' = scaleX x + offsetX}, and so for
 * y. Places are continuous, pixel i spans [i, i + 1]; a negative scale mirrors.
 */
public record Placement(double scaleX, double offsetX, double scaleY, double offsetY) {
    /** The source itself. */
    public static final Placement UNCHANGED = new Placement(1, 0, 1, 0);

    public Placement {
        boolean finite = Double.isFinite(offsetX) && Double.isFinite(offsetY);
        if (!finite || scaleX == 0 || scaleY == 0 || !Double.isFinite(scaleX) || !Double.isFinite(scaleY)) {
            throw new IllegalArgumentException("placement of scales %s, %s and offsets %s, %s cannot be undone"
                    .formatted(scaleX, scaleY, offsetX, offsetY));
        }
    }

    /** Seen in a picture that was stretched by these factors. */
    public Placement scaled(double x, double y) {
        return new Placement(scaleX * x, offsetX * x, scaleY * y, offsetY * y);
    }

    /** Seen in a crop whose corner was here. */
    public Placement cropped(int left, int top) {
        return new Placement(scaleX, offsetX - left, scaleY, offsetY - top);
    }

    /** Seen in the mirror image, left and right exchanged, of a picture of this width. */
    public Placement mirrored(int width) {
        return new Placement(-scaleX, width - offsetX, scaleY, offsetY);
    }

    /** A box of the source in the picture; it may lie beyond the picture's edges. */
    public BoundingBox of(BoundingBox box) {
        double x0 = scaleX * box.x() + offsetX, x1 = scaleX * (box.x() + box.width()) + offsetX;
        double y0 = scaleY * box.y() + offsetY, y1 = scaleY * (box.y() + box.height()) + offsetY;
        return new BoundingBox(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    }

    /** The box of the source that is seen as this box of the picture. */
    public BoundingBox undo(BoundingBox box) {
        return new Placement(1 / scaleX, -offsetX / scaleX, 1 / scaleY, -offsetY / scaleY).of(box);
    }

    /**
     * The pixels of an object in a picture of this size, {@code [H, W]} of zeros and ones. Polygons are moved corner by
     * corner and filled in the picture; of run lengths each pixel takes what lies under its middle.
     */
    public byte[] raster(Region region, int height, int width) {
        if (region instanceof Polygons polygons) {
            return moved(polygons).rle(height, width).decode();
        }
        Rle rle = (Rle) region;
        byte[] source = rle.decode(), picture = new byte[height * width];
        int[] columns = sources(width, scaleX, offsetX, rle.width());
        int[] rows = sources(height, scaleY, offsetY, rle.height());
        for (int y = 0; y < height; y++) {
            for (int x = 0; rows[y] >= 0 && x < width; x++) {
                picture[y * width + x] = columns[x] < 0 ? 0 : source[rows[y] * rle.width() + columns[x]];
            }
        }
        return picture;
    }

    private Polygons moved(Polygons polygons) {
        List<double[]> parts = polygons.parts().stream().map(this::moved).toList();
        return new Polygons(parts);
    }

    private double[] moved(double[] xy) {
        double[] moved = new double[xy.length];
        for (int i = 0; i < xy.length; i += 2) {
            moved[i] = scaleX * xy[i] + offsetX;
            moved[i + 1] = scaleY * xy[i + 1] + offsetY;
        }
        return moved;
    }

    /** For each pixel of the picture the column of the source under its middle, -1 outside. */
    public int[] columns(int pictureWidth, int sourceWidth) {
        return sources(pictureWidth, scaleX, offsetX, sourceWidth);
    }

    /** For each pixel of the picture the row of the source under its middle, -1 outside. */
    public int[] rows(int pictureHeight, int sourceHeight) {
        return sources(pictureHeight, scaleY, offsetY, sourceHeight);
    }

    private static int[] sources(int out, double scale, double offset, int in) {
        int[] from = new int[out];
        for (int i = 0; i < out; i++) {
            int at = (int) Math.floor((i + 0.5 - offset) / scale);
            from[i] = at >= 0 && at < in ? at : -1;
        }
        return from;
    }
}
