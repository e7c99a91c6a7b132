package dev.fovea.data.instance;

/**
 * One annotated object.
 *
 * @param id the annotation's id in its file
 * @param label the class, 0 for the smallest category id of the file
 * @param area the area that the file states, which is what COCO's size ranges go by
 * @param crowd several objects in one outline: neither to be learned nor to be counted as missed
 */
public record Instance(long id, int label, BoundingBox box, double area, boolean crowd, Region region) {
    public Instance {
        if (label < 0) {
            throw new IllegalArgumentException("annotation %d: label %d is negative".formatted(id, label));
        }
        if (!(area >= 0)) {
            throw new IllegalArgumentException("annotation %d: area %s is negative or NaN".formatted(id, area));
        }
    }
}
