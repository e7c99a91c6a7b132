package dev.fovea.cli;

import dev.fovea.apply.ImagePaths;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code RUN IMAGES... --rows N} of the pictures that have an image in each row. */
final class DrawnImages {
    @Mixin
    private ModelAndImages what;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images drawn, spread over those given (default 8).")
    private int rows;

    Path run() {
        return what.run();
    }

    ImagePaths images() {
        return what.images().spread(rows);
    }
}
