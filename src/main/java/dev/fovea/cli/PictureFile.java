package dev.fovea.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --out FILE.png} of the commands that draw one picture. */
final class PictureFile {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "FILE.png", description = "The picture to write.")
    private Path file;

    /** Writes the picture, makes the folder it belongs in, and says so. */
    int write(BufferedImage picture) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        ImageIO.write(picture, "png", file.toFile());
        spec.commandLine().getOut().println("written to " + file);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
