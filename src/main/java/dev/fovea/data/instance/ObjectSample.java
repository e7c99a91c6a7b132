package dev.fovea.data.instance;

import dev.fovea.data.FloatImage;
import dev.fovea.data.LabelMap;
import java.util.List;
import java.util.Optional;

/** A training image as a detector sees it, not yet padded, with its objects in its own pixels. */
public record ObjectSample(FloatImage image, List<SeenObject> objects, Optional<LabelMap> semantic) {}
