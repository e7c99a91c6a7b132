package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/** Mirrors left to right with the given probability. */
public record Flip(double probability) implements SampleTransform<Image, Image> {
    @Override
    public Image apply(Image image, Rng rng) {
        return rng.chance(probability) ? image.flipped() : image;
    }
}
