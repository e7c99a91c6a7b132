package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Labelled;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A data set of scenes, generated as they are read: {@code size} scenes of a seed from index {@code first} on. */
public record SceneSource(SceneGenerator generator, long seed, long first, int size) implements Source<Masked<Image>> {
    @Override
    public String name(int index) {
        return name(seed, first + index);
    }

    static String name(long seed, long index) {
        return "scene %d/%d".formatted(seed, index);
    }

    @Override
    public Masked<Image> read(int index) {
        return generator.generate(seed, first + Objects.checkIndex(index, size));
    }

    /** The class with the most pixels besides sky and field. */
    @Override
    public int label(int index) {
        return mainClass(read(index).mask());
    }

    @Override
    public List<String> classNames() {
        return SceneClass.names();
    }

    /** The same scenes with one label for the whole image. */
    public Source<Labelled<Image>> labelled() {
        return map(scene -> new Labelled<>(scene.image(), mainClass(scene.mask())));
    }

    /** The same scenes with their objects, of the classes {@code house} and {@code tree}. */
    public Source<Annotated<Image>> objects() {
        return new SceneObjects(
                this,
                SceneClass.objectNames(),
                index -> generator.objects(seed, first + Objects.checkIndex(index, size)));
    }

    /** The same scenes cut into segments, of all classes. */
    public Source<Annotated<Image>> segments() {
        return new SceneObjects(
                this, SceneClass.names(), index -> generator.segments(seed, first + Objects.checkIndex(index, size)));
    }

    /** For each class, whether it comes as single objects. */
    public static List<Boolean> things() {
        return Stream.of(SceneClass.values()).map(SceneClass::isObject).toList();
    }

    private static int mainClass(LabelMap mask) {
        int[] pixels = mask.histogram();
        SceneClass main = SceneClass.HILLS;
        for (SceneClass each : SceneClass.values()) {
            main = each.namesScenes() && pixels[each.label()] > pixels[main.label()] ? each : main;
        }
        return main.label();
    }
}
