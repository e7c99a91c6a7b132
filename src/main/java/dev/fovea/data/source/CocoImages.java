package dev.fovea.data.source;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.ImageEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The images of a COCO instance file with their objects. */
public final class CocoImages implements Source<Annotated<Image>> {
    private final Path root;
    private final CocoAnnotations annotations;
    private final Optional<Path> semantic;

    /** @param root the folder that the file names lie below */
    public CocoImages(Path root, CocoAnnotations annotations) {
        this(root, annotations, Optional.empty());
    }

    /** @param semantic a folder with a PNG of class numbers for every image, of the same name up to the ending */
    public CocoImages(Path root, CocoAnnotations annotations, Optional<Path> semantic) {
        if (annotations.images().isEmpty()) {
            throw new IllegalArgumentException("no image in %s is left of its annotations; left out: %s"
                    .formatted(root, annotations.bad().summary()));
        }
        this.root = root;
        this.semantic = semantic;
        this.annotations = annotations;
    }

    @Override
    public int size() {
        return annotations.images().size();
    }

    /** Size and id without reading the image, for batches of like shapes. */
    public ImageEntry entry(int index) {
        return annotations.images().get(index);
    }

    @Override
    public String name(int index) {
        return entry(index).file();
    }

    @Override
    public int group(int index) {
        return EntryFiles.group(entry(index));
    }

    @Override
    public List<String> classNames() {
        return annotations.classNames();
    }

    @Override
    public Annotated<Image> read(int index) throws IOException {
        ImageEntry entry = entry(index);
        return new Annotated<>(EntryFiles.read(root, entry), entry, annotations.of(entry), semantic(entry));
    }

    private Optional<LabelMap> semantic(ImageEntry entry) throws IOException {
        if (semantic.isEmpty()) {
            return Optional.empty();
        }
        String name = entry.file().replaceFirst("\\.[^.]*$", "") + ".png";
        LabelMap map = ImageDecoder.decodeMask(semantic.get().resolve(name));
        if (map.width() != entry.width() || map.height() != entry.height()) {
            throw new DecodeException(
                    name, "%s does not fit its image of %d x %d".formatted(map, entry.width(), entry.height()));
        }
        return Optional.of(map);
    }
}
