package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import java.util.List;
import java.util.function.IntFunction;

/** Scenes with what is outlined in them, for detection and panoptic segmentation. */
record SceneObjects(SceneSource scenes, List<String> classNames, IntFunction<Annotated<Image>> outlined)
        implements Source<Annotated<Image>> {
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
        return outlined.apply(index);
    }
}
