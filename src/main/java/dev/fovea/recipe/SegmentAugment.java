package dev.fovea.recipe;

import java.util.List;
import java.util.Optional;

/**
 * What training does to an image and its mask together, in this order: scale, crop, flip, photometric.
 *
 * @param imageScale [long, short]: images are first made to fit into this box, also when measured unless
 *     {@code inference.imageScale} is given (mmsegmentation's img_scale); absent = their own size
 * @param scale least and greatest factor of the random rescaling
 * @param catMaxRatio a crop in which one class has a larger share is drawn again, up to ten times
 * @param photometric brightness, contrast, saturation and hue as in mmsegmentation's PhotoMetricDistortion
 */
public record SegmentAugment(
        Optional<List<Integer>> imageScale,
        @Default("[0.5, 2]") List<Double> scale,
        @Default("0.75") double catMaxRatio,
        @Default("0.5") double flip,
        @Default("true") boolean photometric) {
    public SegmentAugment {
        imageScale.ifPresent(box -> Rule.box("imageScale", box));
        scale = Rule.range("scale", scale);
        Rule.that(catMaxRatio > 0 && catMaxRatio <= 1, "catMaxRatio %s is not in (0, 1]", catMaxRatio);
        Rule.share("flip", flip);
    }
}
