package dev.fovea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds recipes by file or by name, under {@code recipes/} of the current folder and of the installation. */
final class RecipeShelf {
    private static final String SUFFIX = ".yaml";

    private RecipeShelf() {}

    /** The file of a recipe: a path, or {@code mae/vit-b16_in1k_pretrain}, or the last part of that. */
    static Path find(String name) {
        Path file = Path.of(name);
        if (Files.isRegularFile(file)) {
            return file;
        }
        String wanted = name.endsWith(SUFFIX) ? name : name + SUFFIX;
        for (Path shelf : shelves()) {
            List<Path> fits = files(shelf).stream()
                    .filter(each -> each.endsWith(Path.of(wanted).normalize()))
                    .toList();
            if (fits.size() > 1) {
                throw new IllegalArgumentException("recipe '%s' could be any of %s".formatted(name, fits));
            }
            if (!fits.isEmpty()) {
                return fits.get(0);
            }
        }
        // what the user wrote relative to the installation, such as recipes/mae/x.yaml from another folder
        Path installed = home().resolve(name);
        if (Files.isRegularFile(installed)) {
            return installed;
        }
        throw new IllegalArgumentException(
                "there is no recipe '%s': neither such a file nor a name that 'fovea recipes' lists".formatted(name));
    }

    /** All recipes that can be found by name. */
    static List<Path> all() {
        return shelves().stream().flatMap(shelf -> files(shelf).stream()).toList();
    }

    /** The folder that the launcher lies in. */
    static Path home() {
        return Path.of(System.getProperty("fovea.home", "."));
    }

    private static List<Path> shelves() {
        List<Path> shelves = new ArrayList<>();
        for (Path root : List.of(Path.of(""), home())) {
            Path shelf = root.resolve("recipes");
            boolean known = shelves.stream().anyMatch(each -> each.toAbsolutePath()
                    .normalize()
                    .equals(shelf.toAbsolutePath().normalize()));
            if (Files.isDirectory(shelf) && !known) {
                shelves.add(shelf);
            }
        }
        return shelves;
    }

    private static List<Path> files(Path shelf) {
        try (Stream<Path> files = Files.walk(shelf)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot list " + shelf + ": " + e.getMessage(), e);
        }
    }
}
