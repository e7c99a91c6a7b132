package dev.fovea.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneGeneratorTest {
    private static final int SIZE = 64;
    private static final int SCENES = 400;

    private final SceneGenerator generator = new SceneGenerator(SIZE);

    /** Results in the documentation are measured on these very bits. */
    @Test
    void scenesAreTheSameBitsOnEveryMachine() {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < 50; i++) {
            crc.update(generator.generate(7, i).rgb());
            crc.update(generator.generate(7, i).labels());
        }
        assertThat(Long.toHexString(crc.getValue())).isEqualTo("4fe391b4");
    }

    @Test
    void aSceneDependsOnSeedAndIndexOnly() {
        Scene early = generator.generate(1, 5);
        generator.generate(1, 6);
        assertThat(generator.generate(1, 5).rgb()).isEqualTo(early.rgb());
        assertThat(generator.generate(1, 6).rgb()).isNotEqualTo(early.rgb());
        assertThat(generator.generate(2, 5).rgb()).isNotEqualTo(early.rgb());
    }

    @Test
    void everyClassIsFrequentAndTheBackgroundIsTheMostFrequent() {
        long[] pixels = new long[SceneClass.names().size()];
        for (int i = 0; i < SCENES; i++) {
            for (byte label : generator.generate(3, i).labels()) {
                pixels[label]++;
            }
        }
        double all = (double) SCENES * SIZE * SIZE;
        assertThat(pixels[0] / all).isBetween(0.55, 0.85);
        for (int label = 1; label < pixels.length; label++) {
            assertThat(pixels[label] / all).as(SceneClass.names().get(label)).isBetween(0.01, 0.08);
        }
    }

    @Test
    void colourAloneDoesNotTellTheClass() {
        double[][] mean = new double[SceneClass.names().size()][3];
        long[] pixels = new long[mean.length];
        for (int i = 0; i < 4 * SCENES; i++) {
            Scene scene = generator.generate(4, i);
            for (int p = 0; p < SIZE * SIZE; p++) {
                pixels[scene.labels()[p]]++;
                for (int c = 0; c < 3; c++) {
                    mean[scene.labels()[p]][c] += scene.rgb()[3 * p + c] & 0xff;
                }
            }
        }
        for (int label = 1; label < mean.length; label++) {
            for (int c = 0; c < 3; c++) {
                assertThat(mean[label][c] / pixels[label]).isBetween(75.0, 150.0);
            }
        }
    }

    @Test
    void everyShapeAndEveryTextureBelongsToTwoClasses() {
        for (SceneClass each : SceneClass.values()) {
            assertThat(SceneClass.values())
                    .filteredOn(other -> other.shape == each.shape)
                    .hasSize(2);
            assertThat(SceneClass.values())
                    .filteredOn(other -> other.texture == each.texture)
                    .hasSize(2);
        }
    }

    @Test
    void classesFillTheSameShareOfTheImageAtEverySize() {
        assertThat(share(new SceneGenerator(128))).isCloseTo(share(generator), offset(0.01));
    }

    @Test
    void aSizeThatShowsNothingIsRefused() {
        assertThatThrownBy(() -> new SceneGenerator(8)).hasMessage("scene size 8 is below 16 pixels");
    }

    @Test
    void aFolderHoldsTheScenesUnchanged(@TempDir Path folder) throws IOException {
        new SceneFolder(generator, 9).write(folder, 3, 2);

        assertThat(folder.resolve("classes.json")).content().contains("\"background\", \"striped disc\"");
        Scene scene = generator.generate(9, 4);
        BufferedImage image =
                ImageIO.read(folder.resolve("images/val/00001.png").toFile());
        BufferedImage mask = ImageIO.read(folder.resolve("masks/val/00001.png").toFile());
        Set<Integer> seen = new HashSet<>();
        for (int p = 0; p < SIZE * SIZE; p++) {
            int x = p % SIZE;
            int y = p / SIZE;
            int red = image.getRGB(x, y) >> 16 & 0xff;
            assertThat(red).isEqualTo(scene.rgb()[3 * p] & 0xff);
            assertThat(mask.getRaster().getSample(x, y, 0)).isEqualTo(scene.labels()[p]);
            seen.add(mask.getRaster().getSample(x, y, 0));
        }
        assertThat(seen).hasSizeGreaterThan(1);
        try (var files = Files.list(folder.resolve("images/train"))) {
            assertThat(files).hasSize(3);
        }
        assertThatThrownBy(() -> new SceneFolder(generator, 9).write(folder, 3, 2))
                .isInstanceOf(IOException.class)
                .hasMessage(folder + " already holds images");
    }

    private static double share(SceneGenerator generator) {
        long labelled = 0;
        for (int i = 0; i < 100; i++) {
            for (byte label : generator.generate(5, i).labels()) {
                labelled += label > 0 ? 1 : 0;
            }
        }
        return labelled / (100.0 * generator.size() * generator.size());
    }
}
