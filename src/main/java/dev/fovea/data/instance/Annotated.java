package dev.fovea.data.instance;

import java.util.List;

/** An image with the objects in it. */
public record Annotated<X>(X image, ImageEntry entry, List<Instance> instances) {
    public Annotated {
        instances = List.copyOf(instances);
    }
}
