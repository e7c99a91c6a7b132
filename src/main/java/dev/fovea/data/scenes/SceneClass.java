package dev.fovea.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The eight classes: each shape and each texture belongs to two of them, so only both together tell a class. */
public enum SceneClass {
    STRIPED_DISC(Shape.DISC, Texture.STRIPED),
    DOTTED_DISC(Shape.DISC, Texture.DOTTED),
    DOTTED_TRIANGLE(Shape.TRIANGLE, Texture.DOTTED),
    PLAIN_TRIANGLE(Shape.TRIANGLE, Texture.PLAIN),
    PLAIN_STAR(Shape.STAR, Texture.PLAIN),
    CHECKED_STAR(Shape.STAR, Texture.CHECKED),
    CHECKED_SQUARE(Shape.SQUARE, Texture.CHECKED),
    STRIPED_SQUARE(Shape.SQUARE, Texture.STRIPED);

    final Shape shape;
    final Texture texture;

    SceneClass(Shape shape, Texture texture) {
        this.shape = shape;
        this.texture = texture;
    }

    /** The value of this class in label maps; 0 is the background. */
    public int label() {
        return ordinal() + 1;
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
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
