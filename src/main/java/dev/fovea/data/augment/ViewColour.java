package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Rng;

/**
 * What LOCA does to the colours of a view (google-research/scenic projects/loca ops.py): jitter in random order, grey, blur,
 * solarise, each with its probability.
 *
 * @param probability of the jitter
 * @param brightness greatest shift either way
 * @param contrast greatest change of the factor 1, and so for saturation
 * @param hue greatest turn, as a share of the colour circle
 * @param blur probability of a blur that reaches a twentieth of the view's height, sigma 0.1 to 2
 */
public record ViewColour(
        double probability,
        double brightness,
        double contrast,
        double saturation,
        double hue,
        double grey,
        double blur,
        double solarize) {
    private static final int OPERATIONS = 4;
    private static final Range SIGMA = new Range(0.1, 2);

    /** Colours as they are. */
    public static final ViewColour NONE = new ViewColour(0, 0, 0, 0, 0, 0, 0, 0);

    /** The jitter that was drawn: its order (0 brightness, 1 contrast, 2 saturation, 3 hue) and one number for each. */
    public record Jitter(int[] order, double[] amounts) {
        public FloatImage apply(FloatImage image) {
            FloatImage x = image;
            for (int operation : order) {
                double amount = amounts[operation];
                x = switch (operation) {
                    case 0 -> FloatColour.brightness(x, amount);
                    case 1 -> FloatColour.contrast(x, amount);
                    case 2 -> FloatColour.saturation(x, amount);
                    default -> FloatColour.hue(x, amount);
                };
            }
            return x;
        }
    }

    /** @param image of values 0 to 1 */
    public FloatImage apply(FloatImage image, Rng rng) {
        FloatImage x = rng.chance(probability) ? draw(rng).apply(image) : image;
        x = rng.chance(grey) ? FloatColour.grey(x) : x;
        x = rng.chance(blur) ? GaussianBlur.apply(x, x.height(), SIGMA.draw(rng)) : x;
        return rng.chance(solarize) ? FloatColour.solarize(x) : x;
    }

    private Jitter draw(Rng rng) {
        int[] order = rng.permutation(OPERATIONS);
        double[] amounts = {
            rng.uniform(-brightness, brightness),
            rng.uniform(1 - contrast, 1 + contrast),
            rng.uniform(1 - saturation, 1 + saturation),
            rng.uniform(-hue, hue)
        };
        return new Jitter(order, amounts);
    }
}
