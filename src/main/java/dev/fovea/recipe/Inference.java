package dev.fovea.recipe;

import java.util.List;
import java.util.Optional;

/**
 * How a whole image is segmented: windows of {@code backbone.imageSize} whose logits are averaged.
 *
 * @param stride pixels between windows; 0 = two thirds of the window's shorter side, as mmsegmentation's configurations do
 * @param scales factors of image size whose probabilities are averaged
 * @param flip averages with the mirrored image as well
 * @param imageScale [long, short]: the box that images are made to fit into; absent = {@code augment.imageScale}
 * @param multiple what both sides are then made a multiple of, upwards (mmsegmentation's ResizeToMultiple)
 * @param leastShort where it is above 0, the shorter side takes the box's and no less than this, however long the longer one
 *     becomes (ViT-Adapter's SETR_Resize)
 */
public record Inference(
        @Default("0") int stride,
        @Default("[1]") List<Double> scales,
        @Default("false") boolean flip,
        Optional<List<Integer>> imageScale,
        @Default("1") int multiple,
        @Default("0") int leastShort) {
    public Inference {
        Rule.notNegative("stride", stride);
        scales = List.copyOf(scales);
        Rule.that(
                !scales.isEmpty() && scales.stream().allMatch(s -> s > 0),
                "scales %s is not a list of factors above 0",
                scales);
        imageScale.ifPresent(box -> Rule.box("imageScale", box));
        Rule.positive("multiple", multiple);
        Rule.notNegative("leastShort", leastShort);
    }
}
