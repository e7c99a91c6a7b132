package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;

/**
 * Brightness, contrast, saturation and hue in random order (torchvision 0.14 {@code ColorJitter}).
 *
 * @param hue greatest turn, as a share of the colour circle, at most 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
        implements SampleTransform<Image, Image> {
    private static final int OPERATIONS = 4;

    public ColorJitter {
        if (brightness < 0 || contrast < 0 || saturation < 0 || hue < 0 || hue > 0.5) {
            throw new IllegalArgumentException(
                    "color jitter (%s, %s, %s, %s): strengths are at least 0, hue at most 0.5"
                            .formatted(brightness, contrast, saturation, hue));
        }
    }

    /** What was drawn: the order (0 brightness, 1 contrast, 2 saturation, 3 hue) and a factor per operation. */
    public record Draw(int[] order, double[] factors) {}

    @Override
    public Image apply(Image image, Rng rng) {
        return apply(image, draw(rng));
    }

    public Draw draw(Rng rng) {
        int[] order = rng.permutation(OPERATIONS);
        double[] factors = {
            Range.around1(brightness).draw(rng),
            Range.around1(contrast).draw(rng),
            Range.around1(saturation).draw(rng),
            new Range(-hue, hue).draw(rng)
        };
        return new Draw(order, factors);
    }

    /** Applies the operations in {@code draw.order}; those of strength 0 are left out. */
    public Image apply(Image image, Draw draw) {
        Image x = image;
        for (int operation : draw.order) {
            double factor = draw.factors[operation];
            x = switch (operation) {
                case 0 -> brightness == 0 ? x : Colour.brightness(x, factor);
                case 1 -> contrast == 0 ? x : Colour.contrast(x, factor);
                case 2 -> saturation == 0 ? x : Colour.saturation(x, factor);
                case 3 -> hue == 0 ? x : Colour.hue(x, factor);
                default -> throw new IllegalArgumentException("color jitter has no operation " + operation);
            };
        }
        return x;
    }
}
