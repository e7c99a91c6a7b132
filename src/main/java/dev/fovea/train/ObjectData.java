package dev.fovea.train;

import dev.fovea.data.DataRoot;
import dev.fovea.data.Image;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.source.CocoAnnotations;
import dev.fovea.data.source.CocoImages;
import dev.fovea.data.source.CocoReader;
import dev.fovea.data.source.CocoRules;
import dev.fovea.recipe.DataSource;
import dev.fovea.train.RecipeData.Split;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The annotated images of a COCO source. */
final class ObjectData {
    private final DataSource.Coco source;
    private final Map<Split, BadAnnotations> leftOut = new EnumMap<>(Split.class);
    private List<String> classNames;

    ObjectData(DataSource.Coco source) {
        this.source = source;
    }

    /** Without reading annotations. */
    List<String> classNames() {
        if (classNames == null) {
            classNames = CocoReader.classNames(annotations(Split.TRAIN));
        }
        return classNames;
    }

    /**
     * Objects to be measured on are kept where they cannot be learned, since COCO's figures count them.
     *
     * @param masks whether objects need outlines; without them an outline is not looked at
     * @param onlyWithObjects whether images without any are left out
     */
    Source<Annotated<Image>> open(Split split, boolean masks, boolean onlyWithObjects) {
        DataSource.Coco.Part part = part(split);
        Path images = root().resolve(part.images());
        boolean train = split == Split.TRAIN;
        CocoAnnotations all = CocoReader.read(annotations(split), images, new CocoRules(masks, train));
        if (!train && !all.classNames().equals(classNames())) {
            throw new IllegalArgumentException("data.source: %s has the classes %s, but %s has %s"
                    .formatted(annotations(split), all.classNames(), annotations(Split.TRAIN), classNames()));
        }
        leftOut.merge(split, all.bad().in(part.annotations()), BadAnnotations::and);
        CocoAnnotations wanted = onlyWithObjects ? all.withoutEmptyImages() : all;
        return new CocoImages(images, wanted, part.semantic().map(root()::resolve));
    }

    /** What was left out of a part, as far as it was opened. */
    BadAnnotations leftOut(Split split) {
        return leftOut.getOrDefault(split, BadAnnotations.NONE);
    }

    private DataSource.Coco.Part part(Split split) {
        return split == Split.TRAIN ? source.train() : source.val();
    }

    private Path annotations(Split split) {
        return root().resolve(part(split).annotations());
    }

    private Path root() {
        return DataRoot.expand(source.path());
    }
}
