package dev.fovea.data.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The classes of a panoptic data set by class number.
 *
 * @param ids the file's category ids, ascending
 * @param things whether a class has single objects; the others are stuff, such as sky
 */
public record PanopticClasses(List<Long> ids, List<String> names, List<Boolean> things) {
    public PanopticClasses {
        ids = List.copyOf(ids);
        names = List.copyOf(names);
        things = List.copyOf(things);
    }

    public int count() {
        return ids.size();
    }

    /** Class numbers by category id. */
    Map<Long, Integer> labels() {
        Map<Long, Integer> labels = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            labels.put(ids.get(i), i);
        }
        return labels;
    }

    public boolean[] thingFlags() {
        boolean[] flags = new boolean[things.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = things.get(i);
        }
        return flags;
    }
}
