package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.apply.ImagePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageIdsTest {
    @TempDir
    private Path folder;

    private Path annotations;

    @BeforeEach
    void writeAnnotations() throws IOException {
        annotations = Files.writeString(
                folder.resolve("instances.json"),
                """
                {"images": [{"id": 10, "file_name": "north/a.png", "width": 8, "height": 6},
                            {"id": 20, "file_name": "south/a.png", "width": 8, "height": 6},
                            {"id": 30, "file_name": "south/b.png", "width": 8, "height": 6}],
                 "categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}],
                 "annotations": []}
                """);
        Files.createFile(folder.resolve("a.png"));
        Files.createFile(folder.resolve("b.png"));
    }

    private ImageIds ids(String image, String... classes) {
        return ImageIds.of(new ImagePaths(List.of(folder.resolve(image))), List.of(classes), annotations);
    }

    @Test
    void imagesAndClassesAreToldByTheirNames() {
        assertThat(ids("b.png", "dog", "cat")).isEqualTo(new ImageIds(List.of(30L), List.of(7L, 3L)));
        assertThatThrownBy(() -> ids("b.png", "cow")).hasMessage("--annotations %s has no category cow", annotations);
    }

    @Test
    void aNameOfSeveralImagesIsRefused() {
        assertThatThrownBy(() -> ids("a.png", "cat"))
                .hasMessage(
                        "--annotations %s has several images a.png, among them north/a.png and south/a.png",
                        annotations);
    }
}
