package dev.fovea.train;

import dev.fovea.data.DataRoot;
import dev.fovea.data.Image;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.source.PanopticClasses;
import dev.fovea.data.source.PanopticImages;
import dev.fovea.recipe.DataSource;
import dev.fovea.train.RecipeData.Split;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The images of a panoptic source with their segments. */
final class SegmentData {
    private final DataSource.Panoptic source;
    private final Map<Split, PanopticImages> opened = new EnumMap<>(Split.class);

    SegmentData(DataSource.Panoptic source) {
        this.source = source;
    }

    PanopticClasses classes() {
        return images(Split.TRAIN).classes();
    }

    Source<Annotated<Image>> open(Split split) {
        PanopticImages images = images(split);
        if (!images.classes().equals(classes())) {
            throw new IllegalArgumentException("data.source: %s has the classes %s, but %s has %s"
                    .formatted(
                            source.val().annotations(),
                            images.classes(),
                            source.train().annotations(),
                            classes()));
        }
        return images;
    }

    private PanopticImages images(Split split) {
        return opened.computeIfAbsent(split, each -> {
            Path root = DataRoot.expand(source.path());
            DataSource.Panoptic.Part part = part(each);
            return new PanopticImages(
                    root.resolve(part.annotations()), root.resolve(part.maps()), root.resolve(part.images()));
        });
    }

    private DataSource.Panoptic.Part part(Split split) {
        return split == Split.TRAIN ? source.train() : source.val();
    }

    /** What was left out of a part, as far as it was opened. */
    BadAnnotations leftOut(Split split) {
        return opened.containsKey(split)
                ? opened.get(split).bad().in(part(split).annotations())
                : BadAnnotations.NONE;
    }
}
