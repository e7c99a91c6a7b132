package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.nn.Stopwatch;
import org.bytedeco.pytorch.Tensor;

/**
 * What the second stage makes of the regions of one image, before anything is left out.
 *
 * @param boxes in pixels of the original, {@code [R, 4]}, or {@code [R, 4 K]} with one box per class
 * @param scores of all classes without the background, {@code [R, K]}
 */
public record Candidates(Tensor boxes, Tensor scores) {
    ScoredBoxes thinned(ClasswiseNms nms) {
        return Stopwatch.time("results", () -> nms.apply(boxes, scores));
    }

    /** Each box of each class whose score is high enough, in no order. */
    ScoredBoxes above(double lowestScore) {
        return ClasswiseNms.above(lowestScore, boxes, scores);
    }
}
