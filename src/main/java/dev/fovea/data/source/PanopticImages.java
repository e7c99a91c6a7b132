package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BadAnnotation;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Panoptic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The images of COCO's panoptic labels with their segments, of things and of stuff, as objects with outlines. */
public final class PanopticImages implements Source<Annotated<Image>> {
    private final CocoPanoptic labels;
    private final Path root;
    private final List<Integer> kept = new ArrayList<>();
    private final List<BadAnnotation> bad = new ArrayList<>();

    /**
     * Images whose own file or whose map is not there are listed and left out.
     *
     * @param json the annotation file, which must have a list {@code images}
     * @param pngs the folder of the maps
     * @param root the folder that the file names of images lie below
     */
    public PanopticImages(Path json, Path pngs, Path root) {
        ImageFiles.requireFolder(root);
        this.root = root;
        labels = CocoPanoptic.open(json, pngs);
        for (int i = 0; i < labels.size(); i++) {
            if (labels.image(i).isEmpty()) {
                throw JsonSections.broken(
                        json, "annotates image %d, which its list 'images' has not".formatted(labels.imageId(i)));
            }
            ImageEntry image = labels.image(i).get();
            boolean there = requireFile(image, root, image.file()) && requireFile(image, pngs, labels.name(i));
            if (there) {
                kept.add(i);
            }
        }
        if (kept.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: no image of it is in %s with its map in %s".formatted(json, root, pngs));
        }
    }

    private boolean requireFile(ImageEntry image, Path folder, String file) {
        if (Files.isRegularFile(folder.resolve(file))) {
            return true;
        }
        bad.add(new BadAnnotation(
                BadAnnotation.Kind.MISSING_IMAGE,
                "image %d (%s)".formatted(image.id(), image.file()),
                "there is no file %s below %s".formatted(file, folder)));
        return false;
    }

    /** What was left out. */
    public BadAnnotations bad() {
        return new BadAnnotations(bad);
    }

    public PanopticClasses classes() {
        return labels.classes();
    }

    @Override
    public List<String> classNames() {
        return labels.classNames();
    }

    @Override
    public int size() {
        return kept.size();
    }

    private ImageEntry entry(int index) {
        return labels.image(kept.get(index)).orElseThrow();
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
    public Annotated<Image> read(int index) throws IOException {
        ImageEntry entry = entry(index);
        Image image = EntryFiles.read(root, entry);
        Panoptic map = labels.read(kept.get(index));
        EntryFiles.requireSize(entry, labels.name(kept.get(index)), map.width(), map.height());
        return new Annotated<>(image, entry, map.instances());
    }
}
