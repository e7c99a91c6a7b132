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
 * @param multiple what both sides are then stretched to a multiple of, in a resize of its own (mmsegmentation ResizeToMultiple)
 * @param leastShort above 0 it is the least shorter side, and the box has no say in the longer one
 *     (czczup/ViT-Adapter mmseg_custom/datasets/pipelines/transform.py SETR_Resize)
 */
public record SegmentEval(
        Optional<ScaleBox> base, List<Double> scales, int multiple, int leastShort, Normalize normalize)
        implements SampleTransform<Masked<Image>, Masked<List<FloatImage>>> {
    /** Fitted into the boxes and nothing more. */
    public SegmentEval(Optional<ScaleBox> base, List<Double> scales, Normalize normalize) {
        this(base, scales, 1, 0, normalize);
    }

    @Override
    public Masked<List<FloatImage>> apply(Masked<Image> sample, Rng rng) {
        return new Masked<>(of(sample.image()), sample.mask());
    }

    /** The image at each scale. */
    public List<FloatImage> of(Image image) {
        ScaleBox whole = base.orElseGet(() -> ScaleBox.of(image));
        return scales.stream()
                .map(scale -> normalize.of(stretched(scaled(image, whole.times(scale)))))
                .toList();
    }

    private Image scaled(Image image, ScaleBox box) {
        if (leastShort == 0) {
            return box.fit(image);
        }
        int shortSide = Math.max(leastShort, box.shortSide());
        double longest = Math.max(image.width(), image.height()), shortest = Math.min(image.width(), image.height());
        // The smaller of two quotients that are equal but for rounding, as mmcv takes it of the box with this shape.
        double factor = Math.min(shortSide * longest / shortest / longest, shortSide / shortest);
        return CvResize.linear(image, ScaleBox.scaled(image.width(), factor), ScaleBox.scaled(image.height(), factor));
    }

    private Image stretched(Image image) {
        return CvResize.linear(image, upToMultiple(image.width()), upToMultiple(image.height()));
    }

    private int upToMultiple(int side) {
        return (side + multiple - 1) / multiple * multiple;
    }
}
