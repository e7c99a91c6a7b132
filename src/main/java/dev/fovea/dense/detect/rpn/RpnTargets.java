package dev.fovea.dense.detect.rpn;

import dev.fovea.backbone.Size;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.box.Assignment;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the anchors of a batch should say, A of all levels one after the other (mmdet dense_heads/anchor_head.py
 * get_targets).
 *
 * @param labels int64 {@code [B, A]}: 0 for an object, 1 for background and for anchors that are not trained
 * @param labelWeights float {@code [B, A]}: 0 for anchors that are not trained
 * @param boxes float {@code [B, A, 4]}: deltas, or boxes where those are compared; zero without an object
 * @param boxWeights float {@code [B, A]}: 1 for an object
 * @param positives anchors of objects in the batch; an image without any counts as one
 * @param negatives anchors of background, the same
 */
public record RpnTargets(
        Tensor labels, Tensor labelWeights, Tensor boxes, Tensor boxWeights, long positives, long negatives) {
    /** @param anchors of each level, {@code [A_l, 4]} */
    static RpnTargets of(RpnSpec spec, List<Tensor> anchors, List<Size> maps, List<GroundTruth> truths) {
        try (NoGrad off = new NoGrad();
                Temporaries passing = new Temporaries()) {
            Tensor all = Tensors.cat(0, anchors);
            List<OfImage> images = new ArrayList<>();
            for (GroundTruth truth : truths) {
                List<Tensor> taking = spec.anchors()
                        .takingPart(
                                anchors,
                                maps,
                                truth.size().content(),
                                truth.size().padded(),
                                spec.training().border());
                images.add(ofImage(spec, all, Tensors.cat(0, taking), truth));
            }
            return new RpnTargets(
                    passing.keep(stack(images.stream().map(OfImage::labels))),
                    passing.keep(stack(images.stream().map(OfImage::labelWeights))),
                    passing.keep(stack(images.stream().map(OfImage::boxes))),
                    passing.keep(stack(images.stream().map(OfImage::boxWeights))),
                    images.stream().mapToLong(i -> Math.max(1, i.positives())).sum(),
                    images.stream().mapToLong(i -> Math.max(1, i.negatives())).sum());
        }
    }

    private record OfImage(
            Tensor labels, Tensor labelWeights, Tensor boxes, Tensor boxWeights, long positives, long negatives) {}

    /**
     * Which anchors take part.
     *
     * @param numbers of them, int64; null = all, as in a batch of one size
     */
    private record Part(Tensor numbers) {
        static Part of(Tensor takesPart) {
            boolean all = Tensors.item(takesPart.all()) == 1;
            return new Part(all ? null : takesPart.nonzero().reshape(-1));
        }

        /** Their boxes. */
        Tensor outOf(Tensor anchors) {
            return numbers == null ? anchors : anchors.index_select(0, numbers);
        }

        /** The numbers among all anchors of some that are counted among these. */
        Tensor amongAll(Tensor own) {
            return numbers == null ? own : numbers.index_select(0, own);
        }
    }

    private static OfImage ofImage(RpnSpec spec, Tensor all, Tensor takesPart, GroundTruth truth) {
        Part part = Part.of(takesPart);
        Tensor anchors = part.outOf(all);
        Assignment assignment = spec.training().assigner().assign(anchors, truth.boxes());
        Sample sample = spec.training().sampler().sample(assignment, anchors, truth.boxes());
        Tensor positives = part.amongAll(sample.positives());
        Tensor negatives = part.amongAll(sample.negatives());
        Tensor objects = truth.boxes().index_select(0, sample.truths());
        Tensor goals = spec.decoded() ? objects : spec.coder().encode(sample.positiveBoxes(), objects);
        double weight = spec.training().positiveWeight();
        long a = all.size(0);
        Tensor labels = torch.ones(new long[] {a}, Tensors.options(ScalarType.Long, all));
        Tensor none = torch.zeros(new long[] {a}, Tensors.options(ScalarType.Float, all));
        return new OfImage(
                labels.index_fill(0, positives, new Scalar(0)),
                none.index_fill(0, positives, new Scalar(weight > 0 ? weight : 1.0))
                        .index_fill(0, negatives, new Scalar(1.0)),
                none.unsqueeze(1).repeat(1, 4).index_copy(0, positives, goals),
                none.index_fill(0, positives, new Scalar(1.0)),
                positives.size(0),
                negatives.size(0));
    }

    private static Tensor stack(Stream<Tensor> parts) {
        return Tensors.stack(0, parts.toList());
    }
}
