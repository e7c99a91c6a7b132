package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import java.util.List;
import java.util.Optional;

/**
 * An image scaled into boxes and normalised, beside its mask in the file's own size, in which results are measured. As in
 * mmsegmentation's MultiScaleFlipAug each scale is made from the file's bytes.
 *
 * @param base the box of scale 1; absent = the image's own size
 * @param scales factors of the box
 */
public record SegmentEval(Optional<ScaleBox> base, List<Double> scales, Normalize normalize)
        implements SampleTransform<Masked<Image>, Masked<List<FloatImage>>> {
    @Override
    public Masked<List<FloatImage>> apply(Masked<Image> sample, Rng rng) {
        return new Masked<>(of(sample.image()), sample.mask());
    }

    /** The image at each scale. */
    public List<FloatImage> of(Image image) {
        ScaleBox whole = base.orElseGet(() -> ScaleBox.of(image));
        return scales.stream()
                .map(scale -> normalize.of(whole.times(scale).fit(image)))
                .toList();
    }
}
