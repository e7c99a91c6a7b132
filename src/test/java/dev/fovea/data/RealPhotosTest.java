package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Photographs and odd files against their manifest. */
class RealPhotosTest {
    @TestFactory
    Stream<DynamicTest> everyFileOfTheManifestDecodesToItsUprightSizeOrFails() throws IOException {
        Path folder = SharedData.folder("photos");
        List<String> lines = Files.readAllLines(folder.resolve("manifest.tsv"));
        List<String> columns = List.of(lines.get(0).split("\t"));
        return lines.stream().skip(1).map(line -> {
            String[] cells = line.split("\t", -1);
            Path file = folder.resolve(cells[0]);
            String size = cells[columns.indexOf("upright_size")];
            return dynamicTest(cells[0], () -> {
                if (cells[columns.indexOf("pil_result")].equals("decodes")) {
                    Image image = ImageDecoder.decode(file);
                    assertThat(image.width() + "x" + image.height()).isEqualTo(size);
                } else {
                    assertThatThrownBy(() -> ImageDecoder.decode(file))
                            .isInstanceOf(DecodeException.class)
                            .hasMessageStartingWith(file + ": ");
                }
            });
        });
    }

    @Test
    void mirroredExifPictureEqualsItsOriginal() throws IOException {
        Path folder = SharedData.folder("photos");
        Image upright = ImageDecoder.decode(folder.resolve("odd/exif_orientation_2.jpg"));
        Image original = ImageDecoder.decode(folder.resolve("real/rocket.jpg"));
        assertThat(meanDifference(upright, original)).isLessThan(3);
        assertThat(meanDifference(upright.flipped(), original)).isGreaterThan(10);
    }

    @Test
    void sixteenBitGreyEqualsTheEightBitOriginal() throws IOException {
        Path folder = SharedData.folder("photos");
        Image wide = ImageDecoder.decode(folder.resolve("odd/gray16.png"));
        assertThat(wide.rgb())
                .isEqualTo(
                        ImageDecoder.decode(folder.resolve("real/camera.png")).rgb());
    }

    @Test
    void cmykPaletteAndAlphaShowTheOriginalsColours() throws IOException {
        Path folder = SharedData.folder("photos");
        Image cat = ImageDecoder.decode(folder.resolve("real/chelsea.png"));
        Image coffee = ImageDecoder.decode(folder.resolve("real/coffee.png"));
        assertThat(meanDifference(ImageDecoder.decode(folder.resolve("odd/cmyk.jpg")), cat))
                .isLessThan(4);
        assertThat(meanDifference(ImageDecoder.decode(folder.resolve("odd/palette.png")), coffee))
                .isLessThan(6);
        assertThat(ImageDecoder.decode(folder.resolve("odd/rgba_soft_alpha.png"))
                        .rgb())
                .isEqualTo(cat.rgb());
    }

    private static double meanDifference(Image a, Image b) {
        assertThat(a.rgb()).hasSameSizeAs(b.rgb());
        double sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            sum += Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF));
        }
        return sum / a.rgb().length;
    }
}
