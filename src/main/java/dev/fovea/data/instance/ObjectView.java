package dev.fovea.data.instance;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A picture of an annotated image: pixels that were resized, cut and mirrored, and the placement of the source in them.
 * Objects keep their source coordinates until {@link #objects} asks where they are, so that they are rounded once.
 */
public record ObjectView(Image image, Placement placement, Annotated<Image> source) {
    /** Of an object whose box has become narrower than this nothing can be learned. */
    private static final double NARROWEST = 1e-2;

    public static ObjectView of(Annotated<Image> source) {
        return new ObjectView(source.image(), Placement.UNCHANGED, source);
    }

    /** The same picture with other pixels of another size. */
    public ObjectView resized(Image pixels) {
        double x = (double) pixels.width() / image.width(), y = (double) pixels.height() / image.height();
        return new ObjectView(pixels, placement.scaled(x, y), source);
    }

    public ObjectView crop(Box box) {
        return new ObjectView(image.crop(box), placement.cropped(box.left(), box.top()), source);
    }

    public ObjectView flipped() {
        return new ObjectView(image.flipped(), placement.mirrored(image.width()), source);
    }

    /**
     * The objects that can be seen, in the file's order, without crowds. An object goes when its box has no size left, or
     * no pixel of its mask.
     */
    public List<SeenObject> objects(boolean masks) {
        return source.instances().stream()
                .filter(instance -> !instance.crowd())
                .map(instance -> seen(instance, masks))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<SeenObject> seen(Instance instance, boolean masks) {
        BoundingBox box = placement.of(instance.box());
        double left = Math.max(0, box.x()), top = Math.max(0, box.y());
        double right = Math.min(image.width(), box.x() + box.width());
        double bottom = Math.min(image.height(), box.y() + box.height());
        if (right - left < NARROWEST || bottom - top < NARROWEST) {
            return Optional.empty();
        }
        BoundingBox cut = new BoundingBox(left, top, right - left, bottom - top);
        if (!masks) {
            return Optional.of(new SeenObject(instance.label(), cut, null));
        }
        byte[] mask = placement.raster(instance.region(), image.height(), image.width());
        return isEmpty(mask) ? Optional.empty() : Optional.of(new SeenObject(instance.label(), cut, mask));
    }

    private static boolean isEmpty(byte[] mask) {
        for (byte pixel : mask) {
            if (pixel != 0) {
                return false;
            }
        }
        return true;
    }

    /** The class of every pixel, where the source has them: what lies under its middle. */
    public Optional<LabelMap> semantic() {
        return source.semantic().map(this::placed);
    }

    private LabelMap placed(LabelMap map) {
        int width = image.width(), height = image.height();
        int[] columns = placement.columns(width, map.width()), rows = placement.rows(height, map.height());
        byte[] labels = new byte[width * height];
        Arrays.fill(labels, (byte) LabelMap.IGNORE);
        for (int y = 0; y < height; y++) {
            for (int x = 0; rows[y] >= 0 && x < width; x++) {
                if (columns[x] >= 0) {
                    labels[y * width + x] = map.labels()[rows[y] * map.width() + columns[x]];
                }
            }
        }
        return new LabelMap(width, height, labels);
    }
}
