package dev.fovea.recipe;

import java.util.Optional;

/**
 * What a linear probe does to an image.
 *
 * @param crop absent = every epoch sees the centre crop, so features are computed once
 * @param flip probability of a horizontal flip; without a crop it must be 0
 * @param evalCrop side of the centre crop that is measured, as a share of the resized image's shorter side
 */
public record ProbeAugment(Optional<Crop> crop, @Default("0") double flip, @Default("0.875") double evalCrop) {
    public ProbeAugment {
        Rule.share("flip", flip);
        Rule.that(crop.isPresent() || flip == 0, "flip %s needs a crop: without one, images do not change", flip);
        Rule.that(evalCrop > 0 && evalCrop <= 1, "evalCrop %s is not in (0, 1]", evalCrop);
    }
}
