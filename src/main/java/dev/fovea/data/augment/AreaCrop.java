package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.Rng;

/**
 * A box of random shape whose height is drawn evenly between those of the least and of the greatest area (TensorFlow's
 * {@code sample_distorted_bounding_box} without objects). Small boxes are likelier than where the area itself is drawn.
 *
 * @param area least and greatest share of the image's area
 * @param ratio least and greatest width / height
 */
public record AreaCrop(Range area, Range ratio) {
    /** TensorFlow's default. */
    public static final Range USUAL_RATIO = new Range(0.75, 1.33);

    private static final int ATTEMPTS = 100;

    public AreaCrop {
        if (area.low() < 0 || area.high() > 1 || area.high() == 0 || ratio.low() <= 0) {
            throw new IllegalArgumentException(
                    "crop area %s of an image or ratio %s is impossible".formatted(area, ratio));
        }
    }

    /** The whole image after a hundred draws that do not fit, as in very long images. */
    public Box draw(int height, int width, Rng rng) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double shape = ratio.draw(rng);
            double pixels = (double) height * width / shape;
            double tallest = Math.min(Math.min(height, width / shape), Math.sqrt(area.high() * pixels));
            int least = (int) Math.ceil(Math.sqrt(area.low() * pixels)), most = (int) tallest;
            if (least > most || most < 1) {
                continue;
            }
            int h = rng.integer(Math.max(1, least), most + 1);
            int w = Math.max(1, Math.min(width, (int) Math.rint(h * shape)));
            return new Box(rng.integer(0, height - h + 1), rng.integer(0, width - w + 1), h, w);
        }
        return Box.all(width, height);
    }
}
