package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CocoPanopticTest {
    private static final String CATEGORIES =
            """
            "categories": [{"id": 200, "name": "sky", "isthing": 0}, {"id": 1, "name": "cat", "isthing": 1}]""";

    @TempDir
    Path folder;

    private Path json(String annotations) throws IOException {
        return Files.writeString(
                folder.resolve("panoptic.json"), "{\"info\": {}, %s, %s}".formatted(annotations, CATEGORIES));
    }

    private void png(String name, int... colours) throws IOException {
        BufferedImage image = new BufferedImage(colours.length, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, colours.length, 1, colours, 0, colours.length);
        ImageIO.write(image, "png", folder.resolve(name).toFile());
    }

    @Test
    void coloursSpellIdsAndClassesAreOrderedByCategory() throws IOException {
        png("a.png", 0x000000, 0x010000, 0x000100, 0x000001);
        CocoPanoptic labels = CocoPanoptic.open(
                json(
                        """
                        "annotations": [{"image_id": 4, "file_name": "a.png", "segments_info": [
                            {"id": 1, "category_id": 200, "iscrowd": 0}, {"id": 256, "category_id": 1, "iscrowd": 1},
                            {"id": 65536, "category_id": 1, "iscrowd": 0}]}]"""),
                folder);
        assertThat(labels.classes())
                .isEqualTo(new PanopticClasses(List.of(1L, 200L), List.of("cat", "sky"), List.of(true, false)));
        assertThat(labels.imageId(0)).isEqualTo(4);
        Panoptic map = labels.read(0);
        assertThat(map.ids()).containsExactly(0, 1, 256, 65536);
        assertThat(map.segments())
                .containsExactly(new Segment(1, 1, false), new Segment(256, 0, true), new Segment(65536, 0, false));
    }

    @Test
    void whatContradictsItselfIsToldWithItsPlace() throws IOException {
        png("a.png", 0x020000);
        Path unlisted = json(
                """
                "annotations": [{"image_id": 4, "file_name": "a.png", "segments_info": [
                    {"id": 2, "category_id": 3}]}]""");
        assertThatThrownBy(() -> CocoPanoptic.open(unlisted, folder))
                .hasMessageContaining("is of category 3, which is not listed");
        Path empty = json(
                """
                "annotations": [{"image_id": 4, "file_name": "a.png", "segments_info": []}]""");
        assertThatThrownBy(() -> CocoPanoptic.open(empty, folder).read(0))
                .hasMessageContaining("a.png")
                .hasMessageContaining("pixels have the id 2, but no segment has");
        Path none = Files.writeString(folder.resolve("none.json"), "{\"images\": []}");
        assertThatThrownBy(() -> CocoPanoptic.open(none, folder)).hasMessageContaining("has no list");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1 << 24, 1L << 40})
    void anIdThatNoColourSpellsIsToldWithItsFile(long id) throws IOException {
        Path file = json(
                """
                "annotations": [{"image_id": 4, "file_name": "a.png", "segments_info": [
                    {"id": %d, "category_id": 1}]}]"""
                        .formatted(id));
        assertThatThrownBy(() -> CocoPanoptic.open(file, folder))
                .hasMessageContaining("annotation file " + file)
                .hasMessageContaining("whose id is not in 1..16777215");
    }

    @Test
    void aCategoryOrASectionThatStandsTwiceIsRefused() throws IOException {
        Path categories = Files.writeString(
                folder.resolve("categories.json"),
                """
                {"annotations": [], "categories": [{"id": 1, "name": "cat", "isthing": 1},
                    {"id": 1, "name": "dog", "isthing": 1}]}""");
        assertThatThrownBy(() -> CocoPanoptic.open(categories, folder)).hasMessageContaining("two have the id 1");
        Path sections = Files.writeString(
                folder.resolve("sections.json"),
                """
                {"annotations": [], "annotations": [], "categories": []}""");
        assertThatThrownBy(() -> CocoPanoptic.open(sections, folder)).hasMessageContaining("has 'annotations' twice");
    }
}
