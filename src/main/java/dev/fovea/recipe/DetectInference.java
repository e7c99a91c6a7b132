package dev.fovea.recipe;

import dev.fovea.dense.detect.box.Suppression;
import java.util.List;

/**
 * How objects are looked for in a whole image. With several scales or the mirror image, what each of them shows is put
 * together and thinned out again.
 *
 * @param scales boxes [long, short] that the image is scaled into
 * @param flip whether the mirror image is looked at as well
 * @param sizes for each scale the least and the greatest size (root of the area, in pixels of the file) of boxes that are taken
 *     from it; empty = all
 * @param join what becomes of boxes of a class from several views that overlap
 * @param most objects of an image when several views are put together
 * @param joined what of the views is put together
 * @param limits of detections at which figures are taken: coco = 1, 10, 100 as pycocotools; mmdet = 100, 300, 1000
 */
public record DetectInference(
        @Default("[[1333, 800]]") List<List<Integer>> scales,
        @Default("false") boolean flip,
        @Default("[]") List<List<Double>> sizes,
        @Default("{type: nms, iou: 0.5}") Suppression join,
        @Default("100") int most,
        @Default("found") Joined joined,
        @Default("coco") Limits limits) {
    /** What of several views is put together. */
    public enum Joined {
        /** The objects found in each view, with their masks. */
        FOUND,
        /** All scored boxes, before any is suppressed; masks are means over all views. For detectors of two stages. */
        SCORED
    }

    /** Numbers of detections that count. */
    public enum Limits {
        COCO,
        MMDET
    }

    public DetectInference {
        scales = DetectStep.boxes("scales", scales);
        sizes = List.copyOf(sizes);
        Rule.that(
                sizes.isEmpty() || sizes.size() == scales.size(),
                "sizes has %d ranges for %d scales",
                sizes.size(),
                scales.size());
        Rule.that(
                sizes.isEmpty() || scales.size() > 1 || flip,
                "sizes %s choose among views, and there is one: give several scales or flip",
                sizes);
        for (List<Double> range : sizes) {
            Rule.that(
                    range.size() == 2 && range.get(0) >= 0 && range.get(0) < range.get(1),
                    "sizes %s is not a range [least, greatest]",
                    range);
        }
        Rule.positive("most", most);
    }

    /** Whether an image is looked at more than once. */
    public boolean hasViews() {
        return flip || scales.size() > 1;
    }
}
