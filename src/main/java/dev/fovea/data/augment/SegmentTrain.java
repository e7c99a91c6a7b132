package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import java.util.Arrays;
import java.util.Optional;

/**
 * What mmsegmentation 0.x does to a training image and its mask: random scale, crop, flip, photometric distortion,
 * normalisation, padding to the crop (0 in the normalised image, {@link LabelMap#IGNORE} in the mask).
 *
 * @param base the box that images are scaled to before the random factor; absent = their own size
 */
public record SegmentTrain(
        Optional<ScaleBox> base,
        Range scale,
        CategoryCrop crop,
        double flip,
        Optional<PhotoMetricDistortion> photometric,
        Normalize normalize)
        implements SampleTransform<Masked<Image>, Masked<FloatImage>> {

    @Override
    public Masked<FloatImage> apply(Masked<Image> sample, Rng rng) {
        Masked<Image> x = crop.apply(scaled(sample, scale.draw(rng)), rng);
        if (rng.chance(flip)) {
            x = new Masked<>(x.image().flipped(), x.mask().flipped());
        }
        Image coloured = x.image();
        if (photometric.isPresent()) {
            coloured = photometric.get().apply(coloured, rng);
        }
        return new Masked<>(pad(normalize.of(coloured)), pad(x.mask()));
    }

    private Masked<Image> scaled(Masked<Image> sample, double ratio) {
        Image image = sample.image();
        ScaleBox box = base.orElseGet(() -> ScaleBox.of(image)).times(ratio);
        double factor = box.factor(image.width(), image.height());
        int width = ScaleBox.scaled(image.width(), factor);
        int height = ScaleBox.scaled(image.height(), factor);
        return new Masked<>(CvResize.linear(image, width, height), CvResize.nearest(sample.mask(), width, height));
    }

    private FloatImage pad(FloatImage image) {
        if (image.height() == crop.height() && image.width() == crop.width()) {
            return image;
        }
        float[] padded = new float[image.channels() * crop.height() * crop.width()];
        for (int row = 0; row < image.channels() * image.height(); row++) {
            int c = row / image.height(), y = row % image.height();
            System.arraycopy(
                    image.chw(), row * image.width(), padded, (c * crop.height() + y) * crop.width(), image.width());
        }
        return new FloatImage(image.channels(), crop.height(), crop.width(), padded);
    }

    private LabelMap pad(LabelMap mask) {
        byte[] padded = new byte[crop.height() * crop.width()];
        Arrays.fill(padded, (byte) LabelMap.IGNORE);
        for (int y = 0; y < mask.height(); y++) {
            System.arraycopy(mask.labels(), y * mask.width(), padded, y * crop.width(), mask.width());
        }
        return new LabelMap(crop.width(), crop.height(), padded);
    }
}
