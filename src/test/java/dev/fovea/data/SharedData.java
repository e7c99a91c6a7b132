package dev.fovea.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The small real data sets beside the project; tests that need them are skipped with a notice where they are absent. */
public final class SharedData {
    private SharedData() {}

    /** A folder below {@code $FOVEA_DATA} or {@code ../shared/data}. */
    public static Path folder(String name) {
        String chosen = System.getenv("FOVEA_DATA");
        Path folder = Path.of(chosen == null ? "../shared/data" : chosen)
                .resolve(name)
                .toAbsolutePath()
                .normalize();
        if (!Files.isDirectory(folder)) {
            System.err.println("SKIPPED: no data set at " + folder + " (set FOVEA_DATA)");
        }
        assumeTrue(Files.isDirectory(folder), "no data set at " + folder + " (set FOVEA_DATA)");
        return folder;
    }
}
