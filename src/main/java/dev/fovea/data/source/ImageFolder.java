package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.Labelled;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** One folder of images for each class; classes are numbered in the order of their sorted names. */
public final class ImageFolder implements Source<Labelled<Image>> {
    private final Path root;
    private final List<Path> files;
    private final List<String> classNames;
    private final int[] labels;

    public ImageFolder(Path root) {
        this(root, null);
    }

    /**
     * @param classNames the classes of another split, so that both number them alike; {@code null} takes the folders'
     */
    public ImageFolder(Path root, List<String> classNames) {
        this.root = root;
        this.files = ImageFiles.below(root);
        List<String> folders = files.stream().map(this::folder).toList();
        this.classNames = classNames == null ? List.copyOf(new TreeSet<>(folders)) : List.copyOf(classNames);
        this.labels = folders.stream().mapToInt(this::number).toArray();
    }

    private String folder(Path file) {
        Path relative = root.relativize(file);
        if (relative.getNameCount() < 2) {
            throw new IllegalArgumentException(
                    "%s lies directly in %s, not in the folder of a class".formatted(relative, root));
        }
        return ImageFiles.readable(relative.getName(0).toString());
    }

    private int number(String folder) {
        int number = classNames.indexOf(folder);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "folder %s of %s is none of the classes %s".formatted(folder, root, classNames));
        }
        return number;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int index) {
        return ImageFiles.name(root, files.get(index));
    }

    @Override
    public Labelled<Image> read(int index) throws IOException {
        Image image = ImageDecoder.decode(Files.readAllBytes(files.get(index)), name(index));
        return new Labelled<>(image, labels[index]);
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
