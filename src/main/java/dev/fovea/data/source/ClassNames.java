package dev.fovea.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Class names from a text file with one name a line. */
final class ClassNames {
    private ClassNames() {}

    /** The file's names; when there is no file, the numbers 0 to count - 1. */
    static List<String> read(Path file, int count) throws IOException {
        if (!Files.exists(file)) {
            return IntStream.range(0, count).mapToObj(Integer::toString).toList();
        }
        List<String> names = Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.size() != count) {
            throw new IOException("%s names %d classes, not %d".formatted(file, names.size(), count));
        }
        return names;
    }
}
