package dev.fovea.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.source.MaskFolder;
import dev.fovea.data.source.MaskRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
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
            crc.update(generator.generate(7, i).image().rgb());
            crc.update(generator.generate(7, i).mask().labels());
        }
        assertThat(Long.toHexString(crc.getValue())).isEqualTo("a288cca8");
    }

    @Test
    void aSceneDependsOnSeedAndIndexOnly() {
        Masked<Image> early = generator.generate(1, 5);
        generator.generate(1, 6);
        assertThat(generator.generate(1, 5).image().rgb())
                .isEqualTo(early.image().rgb());
        assertThat(generator.generate(1, 6).image().rgb())
                .isNotEqualTo(early.image().rgb());
        assertThat(generator.generate(2, 5).image().rgb())
                .isNotEqualTo(early.image().rgb());
    }

    @Test
    void everyClassIsFrequentAndTheBackgroundIsTheMostFrequent() {
        long[] pixels = new long[SceneClass.names().size()];
        for (int i = 0; i < SCENES; i++) {
            for (byte label : generator.generate(3, i).mask().labels()) {
                pixels[label]++;
            }
        }
        double all = (double) SCENES * SIZE * SIZE;
        assertThat(pixels[0] / all).isBetween(0.45, 0.75);
        for (int label = 1; label < pixels.length; label++) {
            assertThat(pixels[label] / all).as(SceneClass.names().get(label)).isBetween(0.04, 0.16);
        }
    }

    @Test
    void colourAloneDoesNotTellTheClass() {
        double[][] mean = new double[SceneClass.names().size()][3];
        long[] pixels = new long[mean.length];
        for (int i = 0; i < 4 * SCENES; i++) {
            Masked<Image> scene = generator.generate(4, i);
            for (int p = 0; p < SIZE * SIZE; p++) {
                pixels[scene.mask().labels()[p]]++;
                for (int c = 0; c < 3; c++) {
                    mean[scene.mask().labels()[p]][c] += scene.image().rgb()[3 * p + c] & 0xff;
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

        assertThat(folder.resolve("classes.json")).content().contains("\"background\", \"striped\"");
        MaskRules rules = new MaskRules(SceneClass.names().size(), MaskRules.NONE, false);
        Masked<Image> read = MaskFolder.split(folder, "val", rules).read(1);
        Masked<Image> scene = generator.generate(9, 4);
        assertThat(read.image().rgb()).isEqualTo(scene.image().rgb());
        assertThat(read.mask().labels()).isEqualTo(scene.mask().labels());
        try (var files = Files.list(folder.resolve("images/train"))) {
            assertThat(files).hasSize(3);
        }
        assertThatThrownBy(() -> new SceneFolder(generator, 9).write(folder, 3, 2))
                .isInstanceOf(IOException.class)
                .hasMessage(folder + " already holds images");
    }

    @Test
    void aSourceServesTheSameScenesAsTheFolderHolds() throws IOException {
        SceneSource val = new SceneSource(generator, 9, 3, 2);

        assertThat(val.size()).isEqualTo(2);
        assertThat(val.name(1)).isEqualTo("scene 9/4");
        assertThat(val.read(1).image().rgb())
                .isEqualTo(generator.generate(9, 4).image().rgb());
        assertThat(val.classNames()).hasSize(5).startsWith("background");
        assertThatThrownBy(() -> val.read(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theOneLabelOfASceneIsItsLargestClassBesidesTheBackground() throws IOException {
        SceneSource source = new SceneSource(generator, 9, 0, 30);
        for (int i = 0; i < source.size(); i++) {
            int[] pixels = source.read(i).mask().histogram();
            int label = source.label(i);
            for (int other = 1; other < pixels.length; other++) {
                assertThat(pixels[other]).isLessThanOrEqualTo(pixels[label]);
            }
            assertThat(source.labelled().read(i).label()).isEqualTo(label).isBetween(1, 8);
        }
    }

    private static double share(SceneGenerator generator) {
        long labelled = 0;
        for (int i = 0; i < 100; i++) {
            for (byte label : generator.generate(5, i).mask().labels()) {
                labelled += label > 0 ? 1 : 0;
            }
        }
        return labelled / (100.0 * generator.size() * generator.size());
    }
}
