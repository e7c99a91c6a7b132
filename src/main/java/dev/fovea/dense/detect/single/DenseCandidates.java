package dev.fovea.dense.detect.single;

import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** From what a head says of an image to the objects found (mmdet dense_heads/base_dense_head.py _get_bboxes_single). */
record DenseCandidates(DenseHead head, TestRules rules) {
    /** Boxes in pixels of the network's input, with scores and labels. */
    private record Chosen(Tensor boxes, Tensor scores, Tensor labels) {}

    DetectionResult found(List<LevelMaps> said, List<Tensor> anchors, int image, ImageSize size) {
        List<Chosen> levels = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            levels.add(level(said.get(i), anchors.get(i), i, image, size));
        }
        Tensor boxes = size.toOriginal(
                Tensors.cat(0, levels.stream().map(Chosen::boxes).toList()));
        Tensor scores = Tensors.cat(0, levels.stream().map(Chosen::scores).toList());
        Tensor labels = Tensors.cat(0, levels.stream().map(Chosen::labels).toList());
        Suppression.Kept kept = rules.suppression().apply(boxes, scores, labels, rules.most());
        return new DetectionResult(
                boxes.index_select(0, kept.kept()), kept.scores(), labels.index_select(0, kept.kept()), null);
    }

    private Chosen level(LevelMaps said, Tensor anchors, int level, int image, ImageSize size) {
        int k = head.classes();
        Tensor scores = LevelMaps.rows(said.classes().narrow(0, image, 1), k)
                .select(0, 0)
                .sigmoid(); // [n, K]
        Tensor places =
                scores.gt(new Scalar(rules.lowestScore())).reshape(-1).nonzero().reshape(-1);
        long count = Math.min(rules.candidates(), places.size(0));
        Tensors.Pair best =
                Tensors.pair(scores.reshape(-1).index_select(0, places).topk(count, 0, true, true));
        Tensor chosen = places.index_select(0, best.second());
        Tensor rows = chosen.floor_divide(new Scalar(k));
        Tensor coded = LevelMaps.rows(said.boxes().narrow(0, image, 1), head.codeWidth())
                .select(0, 0)
                .index_select(0, rows);
        Tensor boxes = head.decode(anchors.index_select(0, rows), coded, level, size.content());
        Tensor fit = best.first();
        if (said.quality() != null) {
            Tensor quality =
                    LevelMaps.rows(said.quality().narrow(0, image, 1), 1).reshape(-1);
            fit = fit.mul(quality.index_select(0, rows).sigmoid());
        }
        return new Chosen(boxes, fit, chosen.remainder(new Scalar(k)));
    }
}
