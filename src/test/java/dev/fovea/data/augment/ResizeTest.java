package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResizeTest {
    @ParameterizedTest
    @EnumSource(Filter.class)
    void croppingWhileResizingEqualsCroppingFirst(Filter filter) {
        Rng rng = Rng.of(1, 0, 0);
        for (int i = 0; i < 40; i++) {
            Image image = Pictures.noise(rng.integer(1, 60), rng.integer(1, 60), i);
            int h = rng.integer(1, image.height() + 1), w = rng.integer(1, image.width() + 1);
            Box box = new Box(rng.integer(0, image.height() - h + 1), rng.integer(0, image.width() - w + 1), h, w);
            int width = rng.integer(1, 40), height = i % 3 == 0 ? h : rng.integer(1, 40);
            assertThat(Resize.crop(image, box, width, height, filter).rgb())
                    .isEqualTo(Resize.to(image.crop(box), width, height, filter).rgb());
        }
    }

    @ParameterizedTest
    @EnumSource(Filter.class)
    void oneColourStaysOneColour(Filter filter) {
        Image image = Pictures.uniform(37, 23, 255, 130, 0);
        for (int size : new int[] {1, 7, 37, 90}) {
            assertThat(Resize.to(image, size, size + 3, filter).rgb())
                    .isEqualTo(Pictures.uniform(size, size + 3, 255, 130, 0).rgb());
        }
    }

    @Test
    void resizingToTheSameSizeChangesNothing() {
        Image image = Pictures.noise(31, 17, 4);
        assertThat(Resize.to(image, 31, 17, Filter.BICUBIC)).isSameAs(image);
        assertThat(Resize.shortSide(image, 17, Filter.BICUBIC)).isSameAs(image);
    }

    @ParameterizedTest
    @EnumSource(Filter.class)
    void mirroringCommutesWithResizing(Filter filter) {
        Image image = Pictures.noise(40, 12, 5);
        assertThat(Resize.to(image.flipped(), 13, 30, filter).rgb())
                .isEqualTo(Resize.to(image, 13, 30, filter).flipped().rgb());
    }

    @Test
    void longSideIsCutToWholePixels() {
        Image tall = Resize.shortSide(Pictures.noise(61, 75, 1), 72, Filter.BICUBIC);
        assertThat(tall.width() + "x" + tall.height()).isEqualTo("72x88"); // 72 * 75 / 61 = 88.52
    }

    @Test
    void aStripThatWouldNotFitIntoAnArrayIsRefused() {
        Image strip = Pictures.uniform(30_000, 1, 1, 2, 3);
        assertThatThrownBy(() -> Resize.shortSide(strip, 256, Filter.BICUBIC))
                .hasMessage("7680000 x 256 pixels are too many");
        Image tall = Pictures.uniform(1, 50_000, 1, 2, 3);
        assertThatThrownBy(() -> Resize.to(tall, 50_000, 10, Filter.BICUBIC))
                .as("the rows of the first pass")
                .hasMessage("50000 x 50000 pixels are too many");
    }

    @Test
    void aCropLargerThanTheImageIsBlackAroundIt() {
        Image image = Pictures.uniform(4, 2, 9, 8, 7);
        Image cut = CentreCrop.cut(image, 5);
        assertThat(cut.width() + "x" + cut.height()).isEqualTo("5x5");
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++) {
                boolean inside = x < 4 && (y == 1 || y == 2);
                assertThat(cut.at(x, y, 0)).as(x + ", " + y).isEqualTo(inside ? 9 : 0);
            }
        }
        Image wide = Pictures.coordinates(9, 2);
        assertThat(CentreCrop.cut(wide, 4).at(0, 1, 0))
                .as("the middle of the longer side")
                .isEqualTo(2);
        assertThat(CentreCrop.cut(wide, 4).at(0, 0, 0)).isZero();
    }
}
