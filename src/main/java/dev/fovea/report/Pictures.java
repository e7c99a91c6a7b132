package dev.fovea.report;

import dev.fovea.weights.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** The pictures of a run: {@code pictures/NAME_STEP.png}, with a caption in {@code NAME_STEP.txt} when there is one. */
public record Pictures(Path folder) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

    /** Writes a picture and its caption, which may be empty; gives back the file of the picture. */
    public Path write(String name, long step, BufferedImage picture, String caption) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "picture name '%s' is not lower-case letters, digits and hyphens".formatted(name));
        }
        Files.createDirectories(folder);
        String stem = String.format(Locale.ROOT, "%s_%08d", name, step);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        if (!caption.isEmpty()) {
            AtomicFile.write(folder.resolve(stem + ".txt"), caption + "\n");
        }
        Path file = folder.resolve(stem + ".png");
        AtomicFile.write(file, png.toByteArray());
        return file;
    }
}
