package dev.fovea.cli;

import dev.fovea.apply.ImagePaths;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** {@code RUN IMAGES...} of the commands that put a trained model to use. */
final class ModelAndImages {
    @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run, a checkpoint or a model file.")
    private Path run;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGES",
            description = "Image files and folders of images.")
    private List<Path> images;

    Path run() {
        return run;
    }

    ImagePaths images() {
        return new ImagePaths(images);
    }
}
