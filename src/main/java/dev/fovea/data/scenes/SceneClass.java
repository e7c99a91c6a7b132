package dev.fovea.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a landscape is made of. Every pixel has one of these classes. */
public enum SceneClass {
    SKY,
    HILLS,
    FIELD,
    WATER,
    HOUSE,
    TREE;

    /** The value of this class in label maps. */
    public int label() {
        return ordinal();
    }

    /** Whether a whole scene can be named after it: sky and field are in every scene. */
    boolean namesScenes() {
        return this != SKY && this != FIELD;
    }

    /** Whether it comes as single objects, which detectors look for. */
    boolean isObject() {
        return this == HOUSE || this == TREE;
    }

    /** Names of the classes that come as single objects, in the order of labels. */
    static List<String> objectNames() {
        return names().subList(HOUSE.label(), names().size());
    }

    /** Names by label. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (SceneClass each : values()) {
            names.add(each.name().toLowerCase(Locale.ROOT));
        }
        return List.copyOf(names);
    }
}
