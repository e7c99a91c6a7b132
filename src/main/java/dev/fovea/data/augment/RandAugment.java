package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import java.util.ArrayList;
import java.util.List;

/**
 * RandAugment (Cubuk et al. 2019) with the operations and strengths of timm 0.3.2; {@link #OFFICIAL} is its {@code
 * rand-m9-mstd0.5-inc1}. Operations are drawn with repetition and each is left out half of the time.
 *
 * @param magnitude 0..10, around which each operation's strength is drawn with a normal deviation of magnitudeStd
 * @param increasing whether posterize, solarize and the enhancements get stronger as the magnitude grows
 * @param fill mean colour (0..1) of what comes in from outside the image
 */
public record RandAugment(int layers, double magnitude, double magnitudeStd, boolean increasing, List<Double> fill)
        implements SampleTransform<Image, Image> {
    public static final RandAugment OFFICIAL = new RandAugment(2, 9, 0.5, true, Normalize.IMAGENET.mean());
    private static final double PROBABILITY = 0.5;
    private static final double MAX_LEVEL = 10;

    /** Operations in timm's order. */
    public enum Operation {
        AUTO_CONTRAST,
        EQUALIZE,
        INVERT,
        ROTATE,
        POSTERIZE,
        SOLARIZE,
        SOLARIZE_ADD,
        COLOR,
        CONTRAST,
        BRIGHTNESS,
        SHARPNESS,
        SHEAR_X,
        SHEAR_Y,
        TRANSLATE_X,
        TRANSLATE_Y
    }

    /** One operation with its argument: degrees, bits, threshold, amount, factor or share of the side. */
    public record Step(Operation operation, double argument) {}

    @Override
    public Image apply(Image image, Rng rng) {
        Image x = image;
        for (Step step : draw(rng)) {
            x = apply(x, step);
        }
        return x;
    }

    public List<Step> draw(Rng rng) {
        Operation[] all = Operation.values();
        int[] chosen = new int[layers];
        for (int i = 0; i < layers; i++) {
            chosen[i] = rng.integer(0, all.length);
        }
        List<Step> steps = new ArrayList<>();
        for (int one : chosen) {
            if (rng.chance(PROBABILITY)) {
                double level = Math.max(0, Math.min(MAX_LEVEL, magnitude + magnitudeStd * rng.normal()));
                steps.add(new Step(all[one], argument(all[one], level / MAX_LEVEL, rng.chance(0.5))));
            }
        }
        return steps;
    }

    /** @param share of the greatest strength, 0..1 */
    private double argument(Operation operation, double share, boolean negative) {
        double sign = negative ? -1 : 1;
        return switch (operation) {
            case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
            case ROTATE -> sign * share * 30;
            case POSTERIZE -> increasing ? 4 - (int) (share * 4) : (int) (share * 4);
            case SOLARIZE -> increasing ? 256 - (int) (share * 256) : (int) (share * 256);
            case SOLARIZE_ADD -> (int) (share * 110);
            case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS -> increasing ? 1 + sign * share * 0.9 : share * 1.8 + 0.1;
            case SHEAR_X, SHEAR_Y -> sign * share * 0.3;
            case TRANSLATE_X, TRANSLATE_Y -> sign * share * 0.45;
        };
    }

    public Image apply(Image image, Step step) {
        double argument = step.argument;
        return switch (step.operation) {
            case AUTO_CONTRAST -> PointOps.autoContrast(image);
            case EQUALIZE -> PointOps.equalize(image);
            case INVERT -> PointOps.invert(image);
            case POSTERIZE -> PointOps.posterize(image, (int) argument);
            case SOLARIZE -> PointOps.solarize(image, (int) argument);
            case SOLARIZE_ADD -> PointOps.solarizeAdd(image, (int) argument);
            case COLOR -> Colour.saturation(image, argument);
            case CONTRAST -> Colour.contrast(image, argument);
            case BRIGHTNESS -> Colour.brightness(image, argument);
            case SHARPNESS -> PointOps.sharpness(image, argument);
            case ROTATE -> affine(image, Affine.rotation(argument, image.width(), image.height()));
            case SHEAR_X -> affine(image, Affine.shearX(argument));
            case SHEAR_Y -> affine(image, Affine.shearY(argument));
            case TRANSLATE_X -> affine(image, Affine.shift(argument * image.width(), 0));
            case TRANSLATE_Y -> affine(image, Affine.shift(0, argument * image.height()));
        };
    }

    private Image affine(Image image, Affine affine) {
        int[] colour = fill.stream()
                .mapToInt(mean -> (int) Math.min(255, Math.rint(255 * mean)))
                .toArray();
        return affine.apply(image, colour);
    }
}
