package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All images at any depth below a folder. */
public final class UnlabelledFolder implements Source<Image> {
    private final Path root;
    private final List<Path> files;

    public UnlabelledFolder(Path root) {
        this.root = root;
        this.files = ImageFiles.below(root);
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int index) {
        return ImageFiles.name(root, files.get(index));
    }

    /** Where an image lies, which its name does not tell in every case. */
    public Path file(int index) {
        return files.get(index);
    }

    @Override
    public Image read(int index) throws IOException {
        return ImageDecoder.decode(Files.readAllBytes(files.get(index)), name(index));
    }
}
