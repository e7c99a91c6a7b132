package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a head should say of sampled regions, of each image first those of objects (mmdet bbox_heads/bbox_head.py
 * get_targets).
 *
 * @param labels int64 {@code [R]}, K for background
 * @param labelWeights float {@code [R]}
 * @param boxes float {@code [R, 4]}: deltas, or boxes where those are compared; zero for background
 * @param boxWeights float {@code [R]}: 1 for objects
 */
public record BoxTargets(Tensor labels, Tensor labelWeights, Tensor boxes, Tensor boxWeights) {
    /** @param positiveWeight what an object's score counts; not positive = 1 */
    public static BoxTargets of(
            BoxHeadSpec spec, List<Sample> samples, List<GroundTruth> truths, double positiveWeight) {
        return Stopwatch.time("targets", () -> joined(spec, samples, truths, positiveWeight));
    }

    private static BoxTargets joined(
            BoxHeadSpec spec, List<Sample> samples, List<GroundTruth> truths, double positiveWeight) {
        List<Tensor> labels = new ArrayList<>(), weights = new ArrayList<>();
        List<Tensor> boxes = new ArrayList<>(), boxWeights = new ArrayList<>();
        try (NoGrad off = new NoGrad()) {
            for (int i = 0; i < samples.size(); i++) {
                Sample sample = samples.get(i);
                Tensor objects = truths.get(i).boxes().index_select(0, sample.truths());
                Tensor goals = spec.decoded() ? objects : spec.coder().encode(sample.positiveBoxes(), objects);
                long p = sample.positives().size(0), q = sample.negatives().size(0);
                labels.add(truths.get(i).labels().index_select(0, sample.truths()));
                labels.add(full(q, spec.classes(), Tensors.options(ScalarType.Long, sample.truths())));
                weights.add(full(p, positiveWeight > 0 ? positiveWeight : 1, goals.options()));
                weights.add(full(q, 1, goals.options()));
                boxes.add(goals);
                boxes.add(torch.zeros(new long[] {q, 4}, goals.options()));
                boxWeights.add(full(p, 1, goals.options()));
                boxWeights.add(full(q, 0, goals.options()));
            }
            return new BoxTargets(
                    Tensors.cat(0, labels), Tensors.cat(0, weights), Tensors.cat(0, boxes), Tensors.cat(0, boxWeights));
        }
    }

    private static Tensor full(long count, double value, TensorOptions options) {
        return torch.full(new long[] {count}, new Scalar(value), options);
    }
}
