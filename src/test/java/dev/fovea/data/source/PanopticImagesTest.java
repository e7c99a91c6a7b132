package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.SharedData;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.train.CocoScenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PanopticImagesTest {
    @TempDir
    Path folder;

    private PanopticImages open() {
        return new PanopticImages(
                folder.resolve("annotations/panoptic_train2017.json"),
                folder.resolve("annotations/panoptic_train2017"),
                folder.resolve("train2017"));
    }

    @Test
    void imagesComeWithTheirSegmentsAndClasses() throws IOException {
        new CocoScenes(48, folder).writeSegments(3, 1);
        PanopticImages images = open();
        assertThat(images.size()).isEqualTo(3);
        assertThat(images.bad().list()).isEmpty();
        assertThat(images.classNames()).containsExactly("sky", "hills", "field", "water", "house", "tree");
        assertThat(images.classes().things()).containsExactly(false, false, false, false, true, true);
        List<Instance> segments = images.read(0).instances();
        assertThat(segments).extracting(Instance::label).contains(0, 2); // sky and field
        assertThat(segments.stream().mapToDouble(Instance::area).sum()).isEqualTo(48 * 48);
    }

    @Test
    void imagesWithoutFileOrMapAreListedAndLeftOut() throws IOException {
        new CocoScenes(32, folder).writeSegments(3, 1);
        Files.delete(folder.resolve("train2017/000000000100.png"));
        Files.delete(folder.resolve("annotations/panoptic_train2017/000000000102.png"));
        PanopticImages images = open();
        assertThat(images.size()).isOne();
        assertThat(images.name(0)).isEqualTo("000000000101.png");
        assertThat(images.bad().list()).hasSize(2);
        assertThat(images.bad().list().get(0).toString())
                .startsWith("image 100 (000000000100.png): there is no file 000000000100.png below ");
        Files.delete(folder.resolve("train2017/000000000101.png"));
        assertThatThrownBy(this::open).hasMessageContaining("no image of it is in");
    }

    @Test
    void aMapOfAnotherSizeIsABadFile() throws IOException {
        new CocoScenes(32, folder).writeSegments(1, 1);
        new CocoScenes(16, folder.resolve("small")).writeSegments(1, 1);
        Path map = Path.of("annotations/panoptic_train2017/000000000100.png");
        Files.copy(folder.resolve("small").resolve(map), folder.resolve(map), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> open().read(0)).isInstanceOf(DecodeException.class);
    }

    @Test
    void cocosOwnImagesAreReadWhole() throws IOException {
        Path coco = SharedData.folder("coco_cc");
        PanopticImages images = new PanopticImages(
                coco.resolve("annotations/panoptic_val.json"),
                coco.resolve("panoptic_val"),
                coco.resolve("images/val"));
        assertThat(images.size()).isEqualTo(27);
        assertThat(images.classNames()).hasSize(133);
        for (int i = 0; i < images.size(); i++) {
            Annotated<Image> sample = images.read(i);
            Panoptic cut = Panoptic.of(sample.entry().height(), sample.entry().width(), sample.instances());
            assertThat(cut.segments()).hasSameSizeAs(sample.instances()).isNotEmpty();
        }
    }
}
