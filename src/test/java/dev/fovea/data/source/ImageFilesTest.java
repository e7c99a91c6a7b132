package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesTest {
    @ParameterizedTest
    @ValueSource(strings = {"jpg", "jpe", "png", "bmp", "dib", "gif", "tif", "webp", "ppm", "pnm"})
    void filesOfEveryListedKindAreDecoded(String extension) throws IOException {
        assertThat(ImageFiles.EXTENSIONS).contains(extension);
        try (Mat red = new Mat(24, 32, opencv_core.CV_8UC3, new Scalar(0, 0, 200, 0));
                BytePointer encoded = new BytePointer()) {
            assertThat(opencv_imgcodecs.imencode("." + extension, red, encoded)).isTrue();
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            Image image = ImageDecoder.decode(bytes, "x." + extension);
            assertThat(image.width()).isEqualTo(32);
            // GIF dithers and JPEG rounds
            assertThat(image.at(16, 12, 0)).isBetween(170, 215);
            assertThat(image.at(16, 12, 2)).isLessThan(25);
        }
    }
}
