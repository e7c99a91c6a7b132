package dev.fovea.recipe;

import java.util.List;
import java.util.Optional;

/**
 * Several views of an image, each cut by itself ({@code type: views}): a reference of the size {@code backbone.imageSize}, and
 * queries that are located in it.
 *
 * @param colour what is done to the colours of all views; absent = nothing
 */
public record MultiViewAugment(Reference reference, @Default("[]") List<Queries> queries, Optional<Colours> colour)
        implements PretrainViews {
    /**
     * The view that others are located in.
     *
     * @param scale least and greatest share of the image's area
     * @param ratio least and greatest width / height
     * @param flip probability of mirroring it left to right
     * @param blur probability of blurring it
     * @param solarize probability of inverting its bright values
     */
    public record Reference(
            List<Double> scale,
            @Default("[0.75, 1.33]") List<Double> ratio,
            @Default("0") double flip,
            @Default("0") double blur,
            @Default("0") double solarize) {
        public Reference {
            scale = area(scale);
            ratio = Rule.range("ratio", ratio);
            shares(flip, blur, solarize);
        }
    }

    /**
     * Some views of one size.
     *
     * @param count views of each image
     * @param size side in pixels
     */
    public record Queries(
            int count,
            int size,
            List<Double> scale,
            @Default("[0.75, 1.33]") List<Double> ratio,
            @Default("0.5") double flip,
            @Default("0") double blur,
            @Default("0") double solarize) {
        public Queries {
            Rule.positive("count", count);
            Rule.positive("size", size);
            scale = area(scale);
            ratio = Rule.range("ratio", ratio);
            shares(flip, blur, solarize);
        }
    }

    /**
     * TensorFlow's colour jitter in random order, then grey.
     *
     * @param probability of the jitter
     * @param brightness greatest shift either way
     * @param contrast greatest change of the factor 1, and so for saturation
     * @param hue greatest turn, as a share of the colour circle
     */
    public record Colours(
            @Default("0.8") double probability,
            @Default("0.4") double brightness,
            @Default("0.4") double contrast,
            @Default("0.2") double saturation,
            @Default("0.1") double hue,
            @Default("0.2") double grey) {
        public Colours {
            Rule.share("probability", probability);
            Rule.notNegative("brightness", brightness);
            Rule.share("contrast", contrast);
            Rule.share("saturation", saturation);
            Rule.that(hue >= 0 && hue <= 0.5, "hue %s is not in [0, 0.5]", hue);
            Rule.share("grey", grey);
        }
    }

    public MultiViewAugment {
        queries = List.copyOf(queries);
    }

    private static List<Double> area(List<Double> scale) {
        List<Double> range = Rule.range("scale", scale);
        Rule.that(range.get(1) <= 1, "scale %s exceeds the whole image, 1", scale);
        return range;
    }

    private static void shares(double flip, double blur, double solarize) {
        Rule.share("flip", flip);
        Rule.share("blur", blur);
        Rule.share("solarize", solarize);
    }
}
