package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.HighScores;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.nn.Stopwatch;
import org.bytedeco.pytorch.Tensor;

/**
 * What the second stage makes of the regions of one image, before anything is left out. A region is moved for each class whose
 * score is high enough, which are few of all.
 *
 * @param regions in pixels of the network's input, {@code [R, 4]}
 * @param deltas {@code [R, 4]}, or {@code [R, 4 K]} with one box per class
 * @param scores of all classes without the background, {@code [R, K]}
 * @param size of the image, in whose own pixels boxes are told
 */
public record Candidates(Tensor regions, Tensor deltas, Tensor scores, BoxCoder coder, ImageSize size) {
    ScoredBoxes thinned(ClasswiseNms nms) {
        return Stopwatch.time("results", () -> nms.thinned(above(nms.lowestScore())));
    }

    /** Each box of each class whose score is high enough, in no order of scores. */
    ScoredBoxes above(double lowestScore) {
        HighScores high = HighScores.above(lowestScore, scores);
        Tensor moved = coder.decode(high.of(regions), high.of(deltas), size.content());
        return high.with(size.toOriginal(moved));
    }
}
