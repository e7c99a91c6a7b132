package dev.fovea.train;

import dev.fovea.data.DataRoot;
import dev.fovea.data.Image;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BadAnnotation;
import dev.fovea.data.source.CocoAnnotations;
import dev.fovea.data.source.CocoImages;
import dev.fovea.data.source.CocoReader;
import dev.fovea.data.source.CocoRules;
import dev.fovea.recipe.DataSource;
import dev.fovea.train.RecipeData.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The annotated images of a COCO source: what can be learned from of the one part, all that is there of the other. */
final class ObjectData {
    private final DataSource.Coco source;
    private final List<String> leftOut = new ArrayList<>();

    ObjectData(DataSource.Coco source) {
        this.source = source;
    }

    /** Without reading annotations. */
    List<String> classNames() {
        return CocoReader.classNames(annotations(Split.TRAIN));
    }

    /**
     * Images to learn from have at least one object; those that are measured on keep objects that cannot be learned, since
     * COCO's figures count them.
     *
     * @param masks whether objects need outlines; without them an outline is not looked at
     */
    Source<Annotated<Image>> open(Split split, boolean masks) {
        DataSource.Coco.Part part = part(split);
        Path images = root().resolve(part.images());
        boolean train = split == Split.TRAIN;
        CocoAnnotations all = CocoReader.read(annotations(split), images, new CocoRules(masks, train));
        if (!train && !all.classNames().equals(classNames())) {
            throw new IllegalArgumentException("data.source: %s has the classes %s, but %s has %s"
                    .formatted(annotations(split), all.classNames(), annotations(Split.TRAIN), classNames()));
        }
        for (BadAnnotation bad : all.bad().list()) {
            leftOut.add("%s, %s".formatted(part.annotations(), bad));
        }
        CocoAnnotations wanted = train ? all.withoutEmptyImages() : all;
        return new CocoImages(images, wanted, part.semantic().map(root()::resolve));
    }

    /** What was left out of the parts opened so far, a line each. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
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
