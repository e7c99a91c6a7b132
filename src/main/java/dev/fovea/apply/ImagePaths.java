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
                    files.add(folder.file(i));
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

    /** Where an image lies: a name may hold what is no part of a path. */
    public Path file(int index) {
        return files.get(index);
    }

    /** @param names of these images in their order, without those that could not be read */
    public List<Path> files(List<String> names) {
        List<Path> found = new ArrayList<>();
        int next = 0;
        for (String name : names) {
            while (!name(next).equals(name)) {
                next++;
            }
            found.add(file(next++));
        }
        return found;
    }

    @Override
    public Image read(int index) throws IOException {
        return ImageDecoder.decode(files.get(index));
    }

    /** What is done with one image. */
    public interface Visitor {
        void see(int index, Image image) throws IOException;
    }

    /** Goes through the images; those that cannot be read are told of on standard error and left out. */
    public void each(Visitor visitor) throws IOException {
        for (int i = 0; i < size(); i++) {
            Image image;
            try {
                image = read(i);
            } catch (DecodeException e) {
                System.err.println("left out: " + e.getMessage());
                continue;
            } catch (IOException e) { // those of the file system say no more than the file's name
                System.err.printf("left out: %s: cannot be read (%s)%n", name(i), e);
                continue;
            }
            visitor.see(i, image);
        }
    }
}
