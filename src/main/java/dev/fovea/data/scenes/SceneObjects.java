package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import java.util.List;
import java.util.Objects;

/** Scenes with their objects, for detection. */
record SceneObjects(SceneSource scenes) implements Source<Annotated<Image>> {
    @Override
    public int size() {
        return scenes.size();
    }

    @Override
    public String name(int index) {
        return scenes.name(index);
    }

    @Override
    public Annotated<Image> read(int index) {
        return scenes.generator().objects(scenes.seed(), scenes.first() + Objects.checkIndex(index, scenes.size()));
    }

    @Override
    public List<String> classNames() {
        return SceneClass.objectNames();
    }
}
