package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * A random crop that is drawn again, up to ten times, while one class covers more than its share of the labelled pixels
 * (mmsegmentation 0.x {@code RandomCrop}). Sides shorter than the crop are kept whole.
 *
 * @param catMaxRatio greatest share of one class; 1 takes the first draw
 */
public record CategoryCrop(int height, int width, double catMaxRatio)
        implements SampleTransform<Masked<Image>, Masked<Image>> {
    private static final int ATTEMPTS = 10;

    @Override
    public Masked<Image> apply(Masked<Image> sample, Rng rng) {
        Box box = draw(sample.mask(), rng);
        return new Masked<>(sample.image().crop(box), sample.mask().crop(box));
    }

    /** The last of the redrawn boxes is taken untested. */
    public Box draw(LabelMap mask, Rng rng) {
        Box box = draw(mask.width(), mask.height(), rng);
        for (int attempt = 0; catMaxRatio < 1 && attempt < ATTEMPTS && !varied(mask.crop(box)); attempt++) {
            box = draw(mask.width(), mask.height(), rng);
        }
        return box;
    }

    private Box draw(int maskWidth, int maskHeight, Rng rng) {
        int top = rng.integer(0, Math.max(maskHeight - height, 0) + 1);
        int left = rng.integer(0, Math.max(maskWidth - width, 0) + 1);
        return new Box(top, left, Math.min(height, maskHeight), Math.min(width, maskWidth));
    }

    private boolean varied(LabelMap crop) {
        int[] counts = crop.histogram();
        int classes = 0, most = 0, sum = 0;
        for (int label = 0; label < LabelMap.IGNORE; label++) {
            if (counts[label] > 0) {
                classes++;
                most = Math.max(most, counts[label]);
                sum += counts[label];
            }
        }
        return classes > 1 && (double) most / sum < catMaxRatio;
    }
}
