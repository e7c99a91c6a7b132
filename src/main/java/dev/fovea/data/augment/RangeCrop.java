package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.instance.ObjectView;

/**
 * A crop whose sides are drawn, each by itself, from least to most pixels and at most the image's (mmdetection 2.x
 * {@code RandomCrop} of type {@code absolute_range}, or {@code absolute} where both are equal). A crop without any object
 * is let through, as all published configurations here allow.
 */
public record RangeCrop(int least, int most) implements SampleTransform<ObjectView, ObjectView> {
    public RangeCrop {
        if (least < 1 || most < least) {
            throw new IllegalArgumentException("crop sides %d to %d are not a range".formatted(least, most));
        }
    }

    @Override
    public ObjectView apply(ObjectView view, Rng rng) {
        return view.crop(draw(view.image(), rng));
    }

    public Box draw(Image image, Rng rng) {
        int height = side(image.height(), rng), width = side(image.width(), rng);
        int top = rng.integer(0, image.height() - height + 1), left = rng.integer(0, image.width() - width + 1);
        return new Box(top, left, height, width);
    }

    private int side(int whole, Rng rng) {
        return rng.integer(Math.min(least, whole), Math.min(most, whole) + 1);
    }
}
