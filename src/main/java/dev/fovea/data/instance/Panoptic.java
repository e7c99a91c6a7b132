package dev.fovea.data.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An image cut into segments that do not overlap (Kirillov et al. 2019, "Panoptic segmentation"). The array is never
 * written after construction.
 *
 * @param ids the segment of every pixel, row-major {@code [H, W]}; {@link #VOID} where there is none
 * @param segments each of which has pixels
 */
public record Panoptic(int height, int width, int[] ids, List<Segment> segments) {
    public static final int VOID = 0;

    public Panoptic {
        if (height < 1 || width < 1 || ids.length != (long) height * width) {
            throw new IllegalArgumentException(
                    "%d ids do not fill a map of %d x %d (height x width)".formatted(ids.length, height, width));
        }
        segments = List.copyOf(segments);
        Map<Integer, Integer> places = places(segments);
        boolean[] seen = new boolean[segments.size()];
        for (int id : ids) {
            Integer place = id == VOID ? null : places.get(id);
            if (place != null) {
                seen[place] = true;
            } else if (id != VOID) {
                throw new IllegalArgumentException("pixels have the id %d, but no segment has".formatted(id));
            }
        }
        List<Integer> empty = new ArrayList<>();
        for (Segment segment : segments) {
            if (!seen[places.get(segment.id())]) {
                empty.add(segment.id());
            }
        }
        if (!empty.isEmpty()) {
            throw new IllegalArgumentException("segments %s have no pixels".formatted(empty));
        }
    }

    private static Map<Integer, Integer> places(List<Segment> segments) {
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            if (places.put(segments.get(i).id(), i) != null) {
                throw new IllegalArgumentException(
                        "two segments have the id " + segments.get(i).id());
            }
        }
        return places;
    }

    /** For every pixel 0 = void, i + 1 = the i-th segment. */
    public int[] places() {
        Map<Integer, Integer> places = places(segments);
        int[] found = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            found[i] = ids[i] == VOID ? 0 : places.get(ids[i]) + 1;
        }
        return found;
    }

    /** The segments as objects, in their order: id, class, pixels and whether it is a crowd. */
    public List<Instance> instances() {
        int[] places = places();
        List<RunList> runs = new ArrayList<>();
        segments.forEach(segment -> runs.add(new RunList()));
        int[] told = new int[segments.size()]; // pixels that the runs of a segment reach to
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                int place = places[y * width + x] - 1;
                if (place >= 0) {
                    int at = x * height + y;
                    runs.get(place).add(at - told[place], false);
                    runs.get(place).add(1, true);
                    told[place] = at + 1;
                }
            }
        }
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            runs.get(i).add(ids.length - told[i], false);
            Rle mask = new Rle(height, width, runs.get(i).counts());
            instances.add(new Instance(segment.id(), segment.label(), mask.box(), mask.area(), segment.crowd(), mask));
        }
        return instances;
    }

    /** The way back: objects that do not overlap, numbered from 1 in their order. */
    public static Panoptic of(int height, int width, List<Instance> instances) {
        int[] ids = new int[height * width];
        List<Segment> segments = new ArrayList<>();
        for (Instance each : instances) {
            int id = segments.size() + 1;
            byte[] mask = each.region().rle(height, width).decode();
            for (int i = 0; i < ids.length; i++) {
                if (mask[i] != 0 && ids[i] != VOID) {
                    throw new IllegalArgumentException("segments %d and %d share pixels"
                            .formatted(instances.get(ids[i] - 1).id(), each.id()));
                }
                ids[i] = mask[i] != 0 ? id : ids[i];
            }
            segments.add(new Segment(id, each.label(), each.crowd()));
        }
        return new Panoptic(height, width, ids, segments);
    }
}
