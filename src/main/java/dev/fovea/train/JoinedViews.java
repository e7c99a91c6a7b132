package dev.fovea.train;

import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.eval.coco.Detection;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts together what several views of one image show, and leaves out or marks down what then overlaps.
 *
 * @param most objects that are kept
 */
record JoinedViews(Suppression suppression, int most) {
    List<Detection> of(List<Detection> found) {
        int n = found.size();
        float[] boxes = new float[4 * n], scores = new float[n];
        long[] labels = new long[n];
        for (int i = 0; i < n; i++) {
            var box = found.get(i).box();
            boxes[4 * i] = (float) box.x();
            boxes[4 * i + 1] = (float) box.y();
            boxes[4 * i + 2] = (float) (box.x() + box.width());
            boxes[4 * i + 3] = (float) (box.y() + box.height());
            scores[i] = (float) found.get(i).score();
            labels[i] = found.get(i).label();
        }
        Suppression.Kept kept =
                suppression.apply(Tensors.of(boxes, n, 4), Tensors.of(scores, n), Tensors.of(labels, n), most);
        long[] places = Tensors.toLongs(kept.kept());
        float[] after = Tensors.toFloats(kept.scores());
        List<Detection> joined = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            Detection each = found.get((int) places[i]);
            joined.add(new Detection(each.label(), after[i], each.box(), each.mask()));
        }
        return joined;
    }
}
