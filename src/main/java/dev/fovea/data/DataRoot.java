package dev.fovea.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where data sets lie: {@code ${FOVEA_DATA}} in a recipe's paths. */
public final class DataRoot {
    private static final String VARIABLE = "FOVEA_DATA";
    private static final String REFERENCE = "${" + VARIABLE + "}";
    private static final Path FALLBACK = Path.of("..", "shared", "data");

    private DataRoot() {}

    /**
     * The path with {@code ${FOVEA_DATA}} replaced by the environment variable, or by {@code ../shared/data} where the
     * variable is not set and that folder exists.
     */
    public static Path expand(String path) {
        return expand(path, System.getenv(), FALLBACK);
    }

    static Path expand(String path, Map<String, String> environment, Path fallback) {
        if (path.contains(REFERENCE)) {
            path = path.replace(REFERENCE, root(path, environment, fallback));
        }
        if (path.contains("${")) {
            throw new IllegalArgumentException(
                    "path %s: the only variable that is replaced is %s".formatted(path, REFERENCE));
        }
        return Path.of(path);
    }

    private static String root(String path, Map<String, String> environment, Path fallback) {
        String set = environment.getOrDefault(VARIABLE, "");
        if (!set.isBlank()) {
            return set;
        }
        if (!Files.isDirectory(fallback)) {
            throw new IllegalArgumentException(
                    "path %s: the environment variable %s is not set and the folder %s does not exist: set it to the folder that holds the data sets"
                            .formatted(path, VARIABLE, fallback));
        }
        return fallback.toString();
    }
}
