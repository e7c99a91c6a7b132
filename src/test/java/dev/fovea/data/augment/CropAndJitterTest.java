package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CropAndJitterTest {
    @Test
    void boxesLieInsideAndTheirAreaIsInRange() {
        var crop = new RandomResizedCrop(8, new Range(0.2, 1), Filter.BICUBIC);
        for (int i = 0; i < 2000; i++) {
            Box box = crop.draw(90, 120, Rng.of(3, 0, i));
            assertThat(box.top() + box.height()).isLessThanOrEqualTo(90);
            assertThat(box.left() + box.width()).isLessThanOrEqualTo(120);
            assertThat(box.height() * box.width() / 10800.0).isBetween(0.19, 1.0);
            assertThat((double) box.width() / box.height()).isBetween(0.72, 1.37);
        }
    }

    @Test
    void imagesTooLongForTheRatioFallBackToTheirMiddle() {
        var crop = new RandomResizedCrop(8, new Range(0.9, 1), Filter.BICUBIC);
        assertThat(crop.draw(10, 1000, Rng.of(1, 0, 0))).isEqualTo(new Box(0, 493, 10, 13));
        assertThat(crop.draw(1000, 9, Rng.of(1, 0, 0))).isEqualTo(new Box(494, 0, 12, 9));
    }

    @Test
    void onePixelImagesCanBeCropped() {
        for (int i = 0; i < 50; i++) {
            Rng rng = Rng.of(1, 0, i);
            var crop = new RandomResizedCrop(8, new Range(0.08, 1), Filter.BICUBIC);
            assertThat(crop.apply(Pictures.uniform(1, 1, 9, 8, 7), rng).rgb())
                    .isEqualTo(Pictures.uniform(8, 8, 9, 8, 7).rgb());
        }
    }

    @Test
    void squareCropsReachBothEndsOfTheirRange() {
        var crop = new RandomSquareCrop(64, 36, 64, Filter.BICUBIC);
        int least = 100, most = 0;
        for (int i = 0; i < 500; i++) {
            Box box = crop.draw(64, 64, Rng.of(2, 0, i));
            assertThat(box.width()).isEqualTo(box.height());
            least = Math.min(least, box.width());
            most = Math.max(most, box.width());
        }
        assertThat(least).isEqualTo(36);
        assertThat(most).isEqualTo(64);
        assertThat(crop.draw(20, 30, Rng.of(2, 0, 0)).height())
                .as("smaller images")
                .isEqualTo(20);
    }

    @Test
    void flippingTwiceIsTheIdentityAndBoxesFollow() {
        Image image = Pictures.coordinates(20, 10);
        Box box = new Box(2, 3, 5, 7);
        assertThat(image.flipped().flipped().rgb()).isEqualTo(image.rgb());
        assertThat(image.flipped().crop(box.flipped(20)).rgb())
                .isEqualTo(image.crop(box).flipped().rgb());
    }

    @Test
    void jitterOfFactorOneAndNoTurnIsTheIdentity() {
        Image image = Pictures.noise(15, 9, 2);
        assertThat(Colour.brightness(image, 1).rgb()).isEqualTo(image.rgb());
        assertThat(Colour.contrast(image, 1).rgb()).isEqualTo(image.rgb());
        assertThat(Colour.saturation(image, 1).rgb()).isEqualTo(image.rgb());
        assertThat(new ColorJitter(0, 0, 0, 0).apply(image, Rng.of(1, 0, 0))).isSameAs(image);
    }

    @Test
    void saturationZeroIsPillowsGrey() {
        Image grey = Colour.saturation(Pictures.uniform(2, 2, 200, 100, 50), 0);
        assertThat(grey.rgb()).isEqualTo(Pictures.uniform(2, 2, 124, 124, 124).rgb());
    }

    @Test
    void hueTurnsRedIntoGreenAndBlue() {
        Image red = Pictures.uniform(1, 1, 255, 0, 0);
        assertThat(Colour.hue(red, 1 / 3.0).rgb())
                .isEqualTo(Pictures.uniform(1, 1, 0, 255, 0).rgb());
        assertThat(Colour.hue(red, -1 / 3.0).rgb())
                .as("-85 is 171 of 255, not quite two thirds")
                .isEqualTo(Pictures.uniform(1, 1, 6, 0, 255).rgb());
        assertThat(Colour.hue(Pictures.uniform(1, 1, 77, 77, 77), 0.4).rgb())
                .isEqualTo(Pictures.uniform(1, 1, 77, 77, 77).rgb());
    }

    @Test
    void jitterDrawsEveryOrderAndStaysInRange() {
        var jitter = new ColorJitter(0.4, 0.4, 0.4, 0.1);
        boolean[] first = new boolean[4];
        for (int i = 0; i < 200; i++) {
            ColorJitter.Draw draw = jitter.draw(Rng.of(5, 0, i));
            first[draw.order()[0]] = true;
            assertThat(draw.factors()[1]).isBetween(0.6, 1.4);
            assertThat(draw.factors()[3]).isBetween(-0.1, 0.1);
        }
        assertThat(first).containsOnly(true);
        assertThatThrownBy(() -> new ColorJitter(0.4, 0.4, 0.4, 0.6))
                .hasMessage("color jitter (0.4, 0.4, 0.4, 0.6): strengths are at least 0, hue at most 0.5");
    }

    @Test
    void normalizingAndBackIsTheIdentity() {
        Image image = Pictures.noise(11, 6, 3);
        FloatImage normal = Normalize.IMAGENET.of(image);
        assertThat(normal.chw()[0]).isCloseTo((image.at(0, 0, 0) / 255f - 0.485f) / 0.229f, Offset.offset(1e-6f));
        assertThat(Normalize.IMAGENET.undo(normal).rgb()).isEqualTo(image.rgb());
    }

    @Test
    void erasingChangesTheBoxOnlyAndAboutAQuarterOfTheImages() {
        FloatImage image = Normalize.IMAGENET.of(Pictures.noise(32, 32, 3));
        var erasing = new RandomErasing(0.25);
        int erased = 0;
        for (int i = 0; i < 400; i++) {
            erased += erasing.apply(image, Rng.of(9, 0, i)) == image ? 0 : 1;
        }
        assertThat(erased).isBetween(75, 125);
        Box box = new Box(4, 6, 10, 12);
        FloatImage result = RandomErasing.erase(image, box, Rng.of(1, 0, 0));
        for (int i = 0; i < result.chw().length; i++) {
            int y = i / 32 % 32, x = i % 32;
            boolean inside = y >= 4 && y < 14 && x >= 6 && x < 18;
            assertThat(result.chw()[i] != image.chw()[i]).isEqualTo(inside);
        }
    }
}
