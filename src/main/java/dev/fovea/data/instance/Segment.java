package dev.fovea.data.instance;

/**
 * One segment of a panoptic map.
 *
 * @param id the number of its pixels in the map, above 0
 * @param label the class
 * @param crowd several objects in one outline: neither to be found nor to be counted as missed
 */
public record Segment(int id, int label, boolean crowd) {
    public Segment {
        if (id <= Panoptic.VOID) {
            throw new IllegalArgumentException(
                    "segment id %d is not above %d, which is void".formatted(id, Panoptic.VOID));
        }
        if (label < 0) {
            throw new IllegalArgumentException("segment %d: label %d is negative".formatted(id, label));
        }
    }
}
