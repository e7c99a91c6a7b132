package dev.fovea.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.Instance;
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
        assertThat(Long.toHexString(crc.getValue())).isEqualTo("3c7c2c87");
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
    void everyClassIsFrequentAndSkyAndFieldFillMost() {
        double[] shares = shares(generator, SCENES);
        assertThat(shares[SceneClass.SKY.label()]).isBetween(0.25, 0.4);
        assertThat(shares[SceneClass.FIELD.label()]).isBetween(0.25, 0.45);
        for (SceneClass each : SceneClass.values()) {
            assertThat(shares[each.label()]).as(each.name()).isBetween(0.035, 0.45);
        }
    }

    /** The brightness of each class varies more from scene to scene than classes differ on average. */
    @Test
    void colourAloneDoesNotTellTheClass() {
        int classes = SceneClass.names().size();
        double[][] sum = new double[classes][2];
        int[] scenes = new int[classes];
        for (int i = 0; i < SCENES; i++) {
            Masked<Image> scene = generator.generate(4, i);
            int[] pixels = scene.mask().histogram();
            double[] light = new double[classes];
            for (int p = 0; p < SIZE * SIZE; p++) {
                light[scene.mask().labels()[p]] += scene.image().rgb()[3 * p + 1] & 0xff;
            }
            for (int label = 0; label < classes; label++) {
                if (pixels[label] > 0) {
                    double mean = light[label] / pixels[label];
                    sum[label][0] += mean;
                    sum[label][1] += mean * mean;
                    scenes[label]++;
                }
            }
        }
        for (int label = 0; label < classes; label++) {
            double mean = sum[label][0] / scenes[label];
            assertThat(mean).as(SceneClass.names().get(label)).isBetween(60.0, 160.0);
            assertThat(Math.sqrt(sum[label][1] / scenes[label] - mean * mean)).isGreaterThan(35);
        }
    }

    /** Every pixel of a house or tree belongs to one object, and to no other. */
    @Test
    void objectsMakeUpTheirClassesOfTheScene() {
        for (int i = 0; i < 50; i++) {
            byte[] labels = generator.generate(4, i).mask().labels();
            byte[] fromObjects = new byte[labels.length];
            Annotated<Image> scene = generator.objects(4, i);
            assertThat(scene.image().rgb())
                    .isEqualTo(generator.generate(4, i).image().rgb());
            for (Instance instance : scene.instances()) {
                byte[] mask = instance.region().rle(SIZE, SIZE).decode();
                for (int p = 0; p < mask.length; p++) {
                    assertThat(mask[p] * fromObjects[p]).isZero();
                    fromObjects[p] += (byte) (mask[p] * (instance.label() + SceneClass.HOUSE.label()));
                }
            }
            for (int p = 0; p < labels.length; p++) {
                assertThat(fromObjects[p]).isEqualTo(labels[p] < SceneClass.HOUSE.label() ? 0 : labels[p]);
            }
        }
        assertThat(new SceneSource(generator, 4, 0, 50).objects().classNames()).containsExactly("house", "tree");
    }

    @Test
    void classesFillTheSameShareOfTheImageAtEverySize() {
        assertThat(shares(new SceneGenerator(128), 100)).containsExactly(shares(generator, 100), offset(0.01));
    }

    @Test
    void aSizeThatShowsNothingIsRefused() {
        assertThatThrownBy(() -> new SceneGenerator(8)).hasMessage("scene size 8 is below 16 pixels");
    }

    @Test
    void aFolderHoldsTheScenesUnchanged(@TempDir Path folder) throws IOException {
        new SceneFolder(generator, 9).write(folder, 3, 2);

        assertThat(folder.resolve("classes.json")).content().contains("\"sky\", \"hills\"");
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
        assertThat(val.classNames()).hasSize(6).startsWith("sky");
        assertThatThrownBy(() -> val.read(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theOneLabelOfASceneIsItsLargestClassBesidesSkyAndField() throws IOException {
        SceneSource source = new SceneSource(generator, 9, 0, 30);
        for (int i = 0; i < source.size(); i++) {
            int[] pixels = source.read(i).mask().histogram();
            int label = source.label(i);
            assertThat(SceneClass.values()[label].namesScenes()).isTrue();
            for (SceneClass other : SceneClass.values()) {
                assertThat(other.namesScenes() && pixels[other.label()] > pixels[label])
                        .isFalse();
            }
            assertThat(source.labelled().read(i).label()).isEqualTo(label);
        }
    }

    private static double[] shares(SceneGenerator generator, int scenes) {
        double[] shares = new double[SceneClass.names().size()];
        for (int i = 0; i < scenes; i++) {
            for (byte label : generator.generate(5, i).mask().labels()) {
                shares[label] += 1.0 / scenes / generator.size() / generator.size();
            }
        }
        return shares;
    }
}
