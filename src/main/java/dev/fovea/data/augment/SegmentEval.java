package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import java.util.Optional;

/**
 * An image scaled into its box and normalised, beside its mask in the file's own size, in which results are measured.
 *
 * @param base absent = the image's own size
 */
public record SegmentEval(Optional<ScaleBox> base, Normalize normalize)
        implements SampleTransform<Masked<Image>, Masked<FloatImage>> {
    @Override
    public Masked<FloatImage> apply(Masked<Image> sample, Rng rng) {
        Image image = base.map(box -> box.fit(sample.image())).orElse(sample.image());
        return new Masked<>(normalize.of(image), sample.mask());
    }
}
