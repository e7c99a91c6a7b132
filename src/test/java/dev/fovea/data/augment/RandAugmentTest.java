package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.augment.RandAugment.Operation;
import dev.fovea.data.augment.RandAugment.Step;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RandAugmentTest {
    private static final RandAugment OFFICIAL = RandAugment.OFFICIAL;

    private static Image apply(Image image, Operation operation, double argument) {
        return OFFICIAL.apply(image, new Step(operation, argument));
    }

    @Test
    void everyOperationIsDrawnAboutOnceInFifteenTimesAndHalfAreLeftOut() {
        Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
        for (int i = 0; i < 15000; i++) {
            OFFICIAL.draw(Rng.of(1, 0, i)).forEach(step -> counts.merge(step.operation(), 1, Integer::sum));
        }
        assertThat(counts).hasSize(15);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void strengthsFollowTimmsFormulasAtMagnitudeNine() {
        var exact = new RandAugment(2, 9, 0, true, Normalize.IMAGENET.mean());
        for (int i = 0; i < 500; i++) {
            for (Step step : exact.draw(Rng.of(1, 0, i))) {
                double wanted =
                        switch (step.operation()) {
                            case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
                            case ROTATE -> 27;
                            case POSTERIZE -> 1;
                            case SOLARIZE -> 26;
                            case SOLARIZE_ADD -> 99;
                            case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS -> step.argument() > 1 ? 1.81 : 0.19;
                            case SHEAR_X, SHEAR_Y -> 0.27;
                            case TRANSLATE_X, TRANSLATE_Y -> 0.405;
                        };
                assertThat(Math.abs(step.argument())).isCloseTo(wanted, org.assertj.core.data.Offset.offset(1e-9));
            }
        }
    }

    @Test
    void geometryOfZeroStrengthIsTheIdentity() {
        Image image = Pictures.noise(17, 12, 1);
        for (Operation operation : List.of(
                Operation.ROTATE, Operation.SHEAR_X, Operation.SHEAR_Y, Operation.TRANSLATE_X, Operation.TRANSLATE_Y)) {
            assertThat(apply(image, operation, 0).rgb()).isEqualTo(image.rgb());
        }
    }

    @Test
    void translationShiftsAndFillsWithTheMeanColour() {
        Image moved = apply(Pictures.coordinates(10, 4), Operation.TRANSLATE_X, 0.3);
        assertThat(moved.at(0, 2, 0)).isEqualTo(3);
        assertThat(moved.at(6, 2, 0)).isEqualTo(9);
        assertThat(new int[] {moved.at(7, 2, 0), moved.at(7, 2, 1), moved.at(7, 2, 2)})
                .containsExactly(124, 116, 104);
    }

    @Test
    void quarterTurnsOfASquareAreExact() {
        Image image = Pictures.coordinates(9, 9);
        Image turned = apply(image, Operation.ROTATE, 90);
        for (int y = 0; y < 9; y++) {
            for (int x = 0; x < 9; x++) { // counter-clockwise: the right column becomes the top row
                assertThat(turned.at(x, y, 0)).isEqualTo(8 - y);
                assertThat(turned.at(x, y, 1)).isEqualTo(x);
            }
        }
    }

    @Test
    void pointOperationsGivePillowsValues() {
        Image image = new Image(4, 1, new byte[] {0, 10, 100, 50, 10, 100, 100, 20, 100, (byte) 200, 30, 100});
        assertThat(unsigned(PointOps.invert(image))).startsWith(255, 245, 155);
        assertThat(unsigned(PointOps.solarize(image, 60)))
                .containsExactly(0, 10, 155, 50, 10, 155, 155, 20, 155, 55, 30, 155);
        assertThat(unsigned(PointOps.solarizeAdd(image, 99)))
                .containsExactly(99, 109, 199, 149, 109, 199, 199, 119, 199, 200, 129, 199);
        assertThat(unsigned(PointOps.posterize(image, 1))).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 0, 0);
        assertThat(unsigned(PointOps.posterize(image, 0))).containsOnly(0);
        assertThat(PointOps.posterize(image, 8).rgb()).isEqualTo(image.rgb());
        // 200 * (255.0 / 200) is a little below 255 in double, and Pillow cuts it off
        assertThat(unsigned(PointOps.autoContrast(image)))
                .containsExactly(0, 0, 100, 63, 0, 100, 127, 127, 100, 254, 255, 100);
    }

    @Test
    void equalizingSpreadsAHistogramThatFillsTheDarkHalf() {
        byte[] rgb = new byte[64 * 64 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % 128);
        }
        Image even = PointOps.equalize(new Image(64, 64, rgb));
        int[] values = unsigned(even);
        assertThat(java.util.Arrays.stream(values).max().orElseThrow()).isGreaterThan(250);
        assertThat(PointOps.equalize(Pictures.uniform(4, 4, 9, 9, 9)).rgb())
                .isEqualTo(Pictures.uniform(4, 4, 9, 9, 9).rgb());
    }

    @Test
    void sharpnessZeroSmoothsTheInsideOnly() {
        byte[] rgb = new byte[27];
        rgb[12] = (byte) 130; // the middle's red
        Image smooth = PointOps.sharpness(new Image(3, 3, rgb), 0);
        assertThat(smooth.at(1, 1, 0)).isEqualTo(50); // 5/13
        assertThat(smooth.at(0, 0, 0)).isZero();
    }

    private static int[] unsigned(Image image) {
        int[] values = new int[image.rgb().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.rgb()[i] & 0xFF;
        }
        return values;
    }
}
