package dev.fovea.recipe;

import java.util.List;

/**
 * How a whole image is segmented: windows of {@code backbone.imageSize} whose logits are averaged.
 *
 * @param stride pixels between windows; 0 = two thirds of the window's shorter side, as mmsegmentation's configurations do
 * @param scales factors of image size whose probabilities are averaged
 * @param flip averages with the mirrored image as well
 */
public record Inference(@Default("0") int stride, @Default("[1]") List<Double> scales, @Default("false") boolean flip) {
    public Inference {
        Rule.notNegative("stride", stride);
        scales = List.copyOf(scales);
        Rule.that(
                !scales.isEmpty() && scales.stream().allMatch(s -> s > 0),
                "scales %s is not a list of factors above 0",
                scales);
    }
}
