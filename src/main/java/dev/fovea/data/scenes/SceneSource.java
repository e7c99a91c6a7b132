package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Labelled;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.util.List;
import java.util.Objects;

/** A data set of scenes, generated as they are read: {@code size} scenes of a seed from index {@code first} on. */
public record SceneSource(SceneGenerator generator, long seed, long first, int size) implements Source<Masked<Image>> {
    @Override
    public String name(int index) {
        return "scene %d/%d".formatted(seed, first + index);
    }

    @Override
    public Masked<Image> read(int index) {
        return generator.generate(seed, first + Objects.checkIndex(index, size));
    }

    /** The class with the most pixels besides the background. */
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

    private static int mainClass(LabelMap mask) {
        int[] pixels = mask.histogram();
        int main = 1;
        for (int label = 2; label <= SceneClass.values().length; label++) {
            main = pixels[label] > pixels[main] ? label : main;
        }
        return main;
    }
}
