package dev.fovea.data.scenes;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Writes scenes as a folder that a user can look at and that the image/mask reader accepts: {@code images/{train,val}/00000.png},
 * {@code masks/{train,val}/00000.png} (8-bit grey, the value is the class) and {@code classes.json} (names by class number).
 */
public final class SceneFolder {
    private final SceneGenerator generator;
    private final long seed;

    public SceneFolder(SceneGenerator generator, long seed) {
        this.generator = generator;
        this.seed = seed;
    }

    /** Training scenes have the indices from 0, validation scenes the ones after them. */
    public void write(Path folder, int train, int val) throws IOException {
        if (Files.exists(folder.resolve("images"))) {
            throw new DirectoryNotEmptyException("%s already holds images".formatted(folder));
        }
        writeSplit(folder, "train", 0, train);
        writeSplit(folder, "val", train, val);
        Files.writeString(
                folder.resolve("classes.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(SceneClass.names()) + "\n");
    }

    private void writeSplit(Path folder, String split, int first, int count) throws IOException {
        Path images = Files.createDirectories(folder.resolve("images").resolve(split));
        Path masks = Files.createDirectories(folder.resolve("masks").resolve(split));
        for (int i = 0; i < count; i++) {
            Masked<Image> scene = generator.generate(seed, first + i);
            String name = String.format(Locale.ROOT, "%05d.png", i);
            writePng(
                    images.resolve(name),
                    BufferedImage.TYPE_3BYTE_BGR,
                    generator.size(),
                    scene.image().rgb());
            writePng(
                    masks.resolve(name),
                    BufferedImage.TYPE_BYTE_GRAY,
                    generator.size(),
                    scene.mask().labels());
        }
    }

    /** Samples go into the raster as they are: a colour space in between would change the classes. */
    private static void writePng(Path file, int type, int size, byte[] samples) throws IOException {
        BufferedImage image = new BufferedImage(size, size, type);
        WritableRaster raster = image.getRaster();
        int[] values = new int[samples.length];
        for (int i = 0; i < samples.length; i++) {
            values[i] = samples[i] & 0xff;
        }
        raster.setPixels(0, 0, size, size, values);
        ImageIO.write(image, "png", file.toFile());
    }
}
