package dev.fovea.data.instance;

import dev.fovea.data.LabelMap;
import java.util.List;
import java.util.Optional;

/**
 * An image with the objects in it.
 *
 * @param semantic the class of every pixel, things and stuff, for detectors that learn from it as well (HTC)
 */
public record Annotated<X>(X image, ImageEntry entry, List<Instance> instances, Optional<LabelMap> semantic) {
    public Annotated {
        instances = List.copyOf(instances);
    }

    public Annotated(X image, ImageEntry entry, List<Instance> instances) {
        this(image, entry, instances, Optional.empty());
    }
}
