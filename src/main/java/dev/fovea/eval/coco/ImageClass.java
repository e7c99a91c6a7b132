package dev.fovea.eval.coco;

import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import java.util.Comparator;
import java.util.List;

/**
 * The objects and detections of one class in one image.
 *
 * @param ious {@code [D, G]}
 * @param scores of the detections, descending, cut at the largest limit
 * @param areas of the detections
 * @param truthAreas of the objects
 * @param crowds of the objects
 */
record ImageClass(double[][] ious, double[] scores, double[] areas, double[] truthAreas, boolean[] crowds) {
    static ImageClass of(ImageEntry image, List<Instance> truths, List<Detection> found, Overlap overlap, int most) {
        // Of equal scores the one that came first stays first: the sort is stable, as the reference's.
        List<Detection> sorted = found.stream()
                .sorted(Comparator.comparingDouble(Detection::score).reversed())
                .limit(most)
                .toList();
        boolean[] crowds = new boolean[truths.size()];
        for (int g = 0; g < crowds.length; g++) {
            crowds[g] = truths.get(g).crowd();
        }
        return new ImageClass(
                overlap.ious(image, sorted, truths),
                sorted.stream().mapToDouble(Detection::score).toArray(),
                sorted.stream().mapToDouble(overlap::area).toArray(),
                truths.stream().mapToDouble(Instance::area).toArray(),
                crowds);
    }
}
