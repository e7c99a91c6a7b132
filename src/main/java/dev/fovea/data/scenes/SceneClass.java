package dev.fovea.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The four classes: a texture, on whatever shape, in whatever colours. */
public enum SceneClass {
    STRIPED(Texture.STRIPED),
    DOTTED(Texture.DOTTED),
    CHECKED(Texture.CHECKED),
    PLAIN(Texture.PLAIN);

    final Texture texture;

    SceneClass(Texture texture) {
        this.texture = texture;
    }

    /** The value of this class in label maps; 0 is the background. */
    public int label() {
        return ordinal() + 1;
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Names by label, the background first. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(List.of("background"));
        for (SceneClass each : values()) {
            names.add(each.title());
        }
        return List.copyOf(names);
    }
}
