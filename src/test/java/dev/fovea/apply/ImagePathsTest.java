package dev.fovea.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ImagePathsTest {
    @TempDir
    Path folder;

    private Path image(String name, int width) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(new BufferedImage(width, 1, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a backslash is a separator there")
    void imagesAreReadFromTheirFilesWhateverTheirNames() throws IOException {
        Path odd = image("a\\b.png", 3);
        ImagePaths images = new ImagePaths(List.of(folder));
        assertThat(images.file(0)).isEqualTo(odd);
        assertThat(images.read(0).width()).isEqualTo(3);
    }

    @Test
    void filesAreFoundByTheNamesThatALoaderGaveAlsoWhereOneIsNamedTwice() throws IOException {
        Path a = image("a.png", 1), b = image("b.png", 2);
        ImagePaths images = new ImagePaths(List.of(a, b, a));
        assertThat(images.files(List.of(images.name(0), images.name(2)))).containsExactly(a, a);
        assertThat(images.files(List.of(images.name(1)))).containsExactly(b);
    }

    @Test
    void whatCannotBeReadIsToldOfAndLeftOut() throws IOException {
        Path gone = image("a.png", 1), broken = folder.resolve("b.png");
        image("c.png", 5);
        Files.write(broken, new byte[0]);
        ImagePaths images = new ImagePaths(List.of(folder));
        Files.delete(gone);
        List<Integer> widths = new ArrayList<>();
        String told = standardError(() -> images.each((i, image) -> widths.add(image.width())));
        assertThat(widths).containsExactly(5);
        assertThat(told.lines())
                .hasSize(2)
                .anyMatch(line -> line.equals(
                        "left out: %s: cannot be read (java.nio.file.NoSuchFileException: %s)".formatted(gone, gone)))
                .anyMatch(line -> line.startsWith("left out: %s: ".formatted(broken)));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static String standardError(Work work) throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream caught = new PrintStream(bytes, true)) {
            System.setErr(caught);
            work.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString();
    }
}
