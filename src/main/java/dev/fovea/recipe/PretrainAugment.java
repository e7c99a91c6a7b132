package dev.fovea.recipe;

import java.util.Optional;

/**
 * What pre-training does to an image ({@code type: crop}).
 *
 * @param flip probability of a horizontal flip
 * @param jitter changes the colours of the whole image, before it is cropped (BEiT)
 */
public record PretrainAugment(Crop crop, @Default("0.5") double flip, Optional<Jitter> jitter)
        implements PretrainViews {
    public PretrainAugment {
        Rule.share("flip", flip);
    }
}
