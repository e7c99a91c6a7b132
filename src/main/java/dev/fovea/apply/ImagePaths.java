package dev.fovea.apply;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.Source;
import dev.fovea.data.source.UnlabelledFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Images that someone named: files as they are, folders with all images at any depth; names are paths. */
public final class ImagePaths implements Source<Image> {
    private final List<Path> files;

    public ImagePaths(List<Path> paths) {
        files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                UnlabelledFolder folder = new UnlabelledFolder(path);
                for (int i = 0; i < folder.size(); i++) {
                    files.add(path.resolve(folder.name(i)));
                }
            } else if (Files.isRegularFile(path)) {
                files.add(path);
            } else {
                throw new IllegalArgumentException("there is no image or folder " + path);
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no image is named");
        }
    }

    private ImagePaths(ImagePaths all, int count) {
        files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(all.files.get((int) ((long) i * all.files.size() / count)));
        }
    }

    /** At most so many of the images, spread evenly. */
    public ImagePaths spread(int most) {
        return new ImagePaths(this, Math.min(most, files.size()));
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int index) {
        return files.get(index).toString();
    }

    @Override
    public Image read(int index) throws IOException {
        return ImageDecoder.decode(files.get(index));
    }

    /** What is done with one image. */
    public interface Visitor {
        void see(int index, Image image) throws IOException;
    }

    /** Goes through the images; those that cannot be decoded are told of on standard error and left out. */
    public void each(Visitor visitor) throws IOException {
        for (int i = 0; i < size(); i++) {
            Image image;
            try {
                image = read(i);
            } catch (DecodeException e) {
                System.err.println("left out: " + e.getMessage());
                continue;
            }
            visitor.see(i, image);
        }
    }
}
