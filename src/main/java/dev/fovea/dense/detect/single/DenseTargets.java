package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Size;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.Assignment;
import dev.fovea.dense.detect.box.AtssAssigner;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What every anchor of a batch is trained to be (mmdet dense_heads/atss_head.py get_targets).
 *
 * @param anchors of each level {@code [n, 4]}
 * @param labels int64 {@code [B, N]}, K for background
 * @param labelWeights {@code [B, N]}, 0 for anchors that take no part
 * @param boxes {@code [B, N, 4]}, 0 where there is no object
 * @param boxWeights {@code [B, N, 4]}, 1 where there is one
 * @param positives anchors that stand for objects, at least one counted for each image
 * @param negatives anchors that are background, the same
 */
public record DenseTargets(
        List<Tensor> anchors,
        Tensor labels,
        Tensor labelWeights,
        Tensor boxes,
        Tensor boxWeights,
        long positives,
        long negatives) {

    static DenseTargets of(
            AnchorGenerator generator, TargetRules rules, List<Size> maps, List<GroundTruth> truths, int classes) {
        try (NoGrad off = new NoGrad()) {
            Tensor beside = truths.get(0).boxes();
            List<Tensor> anchors = generator.anchors(maps, beside);
            Tensor all = Tensors.cat(0, anchors);
            List<OneImage> images = new ArrayList<>();
            for (GroundTruth truth : truths) {
                List<Tensor> taking = generator.takingPart(
                        anchors, maps, truth.size().content(), truth.size().padded(), rules.border());
                images.add(OneImage.of(all, taking, truth, rules, classes));
            }
            return joined(anchors, images);
        }
    }

    private static DenseTargets joined(List<Tensor> anchors, List<OneImage> images) {
        return new DenseTargets(
                anchors,
                Tensors.stack(0, images.stream().map(OneImage::labels).toList()),
                Tensors.stack(0, images.stream().map(OneImage::labelWeights).toList()),
                Tensors.stack(0, images.stream().map(OneImage::boxes).toList()),
                Tensors.stack(0, images.stream().map(OneImage::boxWeights).toList()),
                images.stream().mapToLong(OneImage::positives).sum(),
                images.stream().mapToLong(OneImage::negatives).sum());
    }

    /** The part of a level of a tensor {@code [B, N, ..]}, rows of all images behind each other: {@code [B n, ..]}. */
    Tensor level(Tensor ofAll, int level) {
        long from = 0;
        for (int i = 0; i < level; i++) {
            from += anchors.get(i).size(0);
        }
        return ofAll.narrow(1, from, anchors.get(level).size(0)).flatten(0, 1);
    }

    /** A level's anchors, once for each image: {@code [B n, 4]}. */
    Tensor anchorsOfBatch(int level) {
        Tensor own = anchors.get(level);
        return own.unsqueeze(0).expand(labels.size(0), own.size(0), 4).reshape(-1, 4);
    }

    private record OneImage(
            Tensor labels, Tensor labelWeights, Tensor boxes, Tensor boxWeights, long positives, long negatives) {
        static OneImage of(Tensor anchors, List<Tensor> taking, GroundTruth truth, TargetRules rules, int classes) {
            Tensor inside = Tensors.cat(0, taking).nonzero().reshape(-1);
            Tensor counts =
                    Tensors.stack(0, taking.stream().map(each -> each.sum()).toList());
            List<Integer> perLevel = new ArrayList<>();
            for (long count : Tensors.toLongs(counts)) {
                perLevel.add((int) count);
            }
            Assignment own =
                    new AtssAssigner(rules.nearest()).assign(anchors.index_select(0, inside), perLevel, truth.boxes());
            Tensor truths = torch.full(
                            new long[] {anchors.size(0)},
                            new Scalar(Assignment.IGNORED),
                            Tensors.options(ScalarType.Long, anchors))
                    .index_copy(0, inside, own.truths());
            return of(truths, truth, rules, classes);
        }

        private static OneImage of(Tensor truths, GroundTruth truth, TargetRules rules, int classes) {
            Tensor positive = truths.ge(new Scalar(0)), negative = truths.eq(new Scalar(Assignment.BACKGROUND));
            Tensor weights = positive.logical_or(negative).to(ScalarType.Float);
            if (rules.positiveWeight() > 0) {
                weights = weights.masked_fill(positive, new Scalar(rules.positiveWeight()));
            }
            Tensor boxWeights = positive.to(ScalarType.Float).unsqueeze(1).expand(truths.size(0), 4);
            Tensor labels = torch.full_like(truths, new Scalar((long) classes));
            Tensor boxes = torch.zeros(new long[] {truths.size(0), 4}, Tensors.options(ScalarType.Float, truths));
            if (truth.count() > 0) {
                Tensor which = truths.clamp_min(new Scalar(0));
                labels = torch.where(positive, truth.labels().index_select(0, which), labels);
                boxes = torch.where(positive.unsqueeze(1), truth.boxes().index_select(0, which), boxes);
            }
            long[] counts = Tensors.toLongs(Tensors.stack(0, List.of(positive.sum(), negative.sum())));
            return new OneImage(labels, weights, boxes, boxWeights, Math.max(1, counts[0]), Math.max(1, counts[1]));
        }
    }
}
