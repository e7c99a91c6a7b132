package dev.fovea.recipe;

import java.util.Optional;

/**
 * What training a classifier does to images and labels.
 *
 * @param erasing probability that a box is filled with noise (random erasing, pixel mode)
 * @param mixup Beta parameter of mixup, 0 = off; with cutmix too, each batch draws one of the two
 * @param cutmix Beta parameter of cutmix, 0 = off
 * @param smoothing label smoothing
 * @param evalCrop side of the centre crop that is measured, as a share of the resized image's shorter side
 */
public record ClassifyAugment(
        Crop crop,
        @Default("0.5") double flip,
        Optional<Jitter> jitter,
        Optional<RandAugmentBlock> randAugment,
        @Default("0") double erasing,
        @Default("0") double mixup,
        @Default("0") double cutmix,
        @Default("0") double smoothing,
        @Default("0.875") double evalCrop) {
    public ClassifyAugment {
        Rule.share("flip", flip);
        Rule.share("erasing", erasing);
        Rule.notNegative("mixup", mixup);
        Rule.notNegative("cutmix", cutmix);
        Rule.that(smoothing >= 0 && smoothing < 1, "smoothing %s is not in [0, 1)", smoothing);
        Rule.that(evalCrop > 0 && evalCrop <= 1, "evalCrop %s is not in (0, 1]", evalCrop);
    }

    /**
     * RandAugment as timm's {@code rand-m9-mstd0.5-inc1} spells it.
     *
     * @param magnitude strength of an operation, 0 to 10
     * @param magnitudeStd standard deviation of that strength
     * @param layers operations per image
     * @param increasing whether every operation gets stronger with the magnitude
     */
    public record RandAugmentBlock(
            @Default("9") double magnitude,
            @Default("0.5") double magnitudeStd,
            @Default("2") int layers,
            @Default("true") boolean increasing) {
        public RandAugmentBlock {
            Rule.that(magnitude >= 0 && magnitude <= 10, "magnitude %s is not in [0, 10]", magnitude);
            Rule.notNegative("magnitudeStd", magnitudeStd);
            Rule.positive("layers", layers);
        }
    }
}
