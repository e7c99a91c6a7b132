package dev.fovea.data.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds image files below a folder by their extension, in an order that is the same on every machine. */
final class ImageFiles {
    static final Set<String> EXTENSIONS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "png", "bmp", "dib", "gif", "tif", "tiff", "webp", "ppm", "pgm", "pbm",
            "pnm");

    /** What Java puts in place of bytes that are no characters. */
    private static final char UNREADABLE = '\uFFFD';

    private ImageFiles() {}

    /** All image files at any depth, symbolic links followed, hidden names left out, sorted by name. */
    static List<Path> below(Path root) {
        requireFolder(root);
        try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> found = files.filter(file -> isImage(file.getFileName().toString()))
                    .filter(file -> !hidden(root.relativize(file)))
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(file -> name(root, file)))
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no image file below " + root + " (looked for "
                        + String.join(" ", EXTENSIONS.stream().sorted().toList()) + ")");
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        } catch (UncheckedIOException e) { // of a folder that cannot be opened, or of links in a circle, met on the way
            throw new UncheckedIOException("cannot list " + root, e.getCause());
        }
    }

    /** The path below the root, with / between its parts. */
    static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** Names that the locale's encoding does not have are read alike, and would be taken for one class or one mask. */
    static String readable(String name) {
        if (name.indexOf(UNREADABLE) >= 0) {
            throw new IllegalArgumentException(
                    "the name of %s cannot be read with the encoding %s: set LC_ALL=C.UTF-8, or rename it"
                            .formatted(name, System.getProperty("sun.jnu.encoding")));
        }
        return name;
    }

    static boolean isImage(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    static void requireFolder(Path root) {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("data folder " + root + " does not exist or is not a folder");
        }
    }

    /** macOS archives carry a hidden "._name.jpg" beside every "name.jpg". */
    private static boolean hidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
