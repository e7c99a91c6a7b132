package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.SharedData;
import dev.fovea.data.Subset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The readers on real data sets, against the counts that their descriptions state. */
class RealDataSetsTest {
    @Test
    void eurosatHasTenClassesOfEightHundred() throws IOException {
        ImageFolder train = new ImageFolder(SharedData.folder("eurosat10k").resolve("train"));
        assertThat(train.size()).isEqualTo(8000);
        assertThat(train.classNames())
                .hasSize(10)
                .startsWith("AnnualCrop", "Forest")
                .endsWith("SeaLake");
        assertThat(train.read(7999).image().width()).isEqualTo(64);
        Subset<?> few = Subset.fraction(train, 0.05, 3);
        int[] counts = new int[10];
        for (int i = 0; i < few.size(); i++) {
            counts[few.label(i)]++;
        }
        assertThat(counts).containsOnly(40);
    }

    @Test
    void kmnistHasAThousandGlyphsOfEachClass() throws IOException {
        Path folder = SharedData.folder("kmnist_t10k");
        IdxFiles idx =
                new IdxFiles(folder.resolve("t10k-images-idx3-ubyte.gz"), folder.resolve("t10k-labels-idx1-ubyte.gz"));
        int[] counts = new int[10];
        for (int i = 0; i < idx.size(); i++) {
            counts[idx.label(i)]++;
        }
        assertThat(counts).containsOnly(1000);
        assertThat(idx.read(0).image().height()).isEqualTo(28);
    }

    @Test
    void camvidMasksHoldElevenClassesAndVoid() throws IOException {
        Path folder = SharedData.folder("camvid11");
        MaskFolder train = MaskFolder.split(folder, "train", new MaskRules(11, 11, false));
        assertThat(train.size()).isEqualTo(367);
        assertThat(MaskFolder.split(folder, "val", new MaskRules(11, 11, false)).size())
                .isEqualTo(101);
        Masked<Image> first = train.read(0);
        int[] counts = first.mask().histogram();
        assertThat(Arrays.stream(counts, 0, 11).sum() + counts[LabelMap.IGNORE]).isEqualTo(480 * 360);
    }

    @Test
    void nucleiMasksHoldTwoClasses() throws IOException {
        MaskFolder val =
                MaskFolder.split(SharedData.folder("nuclei256"), "val", new MaskRules(2, MaskRules.NONE, false));
        assertThat(val.size()).isEqualTo(40);
        int[] counts = val.read(0).mask().histogram();
        assertThat(counts[0] + counts[1]).isEqualTo(256 * 256);
    }
}
