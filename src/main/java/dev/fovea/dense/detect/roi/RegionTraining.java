package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.box.Assignment;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.nn.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Which regions are trained and towards what.
 *
 * @param maskSide pixels per side of a mask's target
 * @param positiveWeight what an object's score counts; not positive = 1
 */
public record RegionTraining(MaxIouAssigner assigner, BoxSampler sampler, int maskSide, double positiveWeight) {
    public RegionTraining {
        if (maskSide < 1) {
            throw new IllegalArgumentException("maskSide %d is not positive".formatted(maskSide));
        }
    }

    /** @param boxes of each image, {@code [R, 4]} */
    List<Sample> sample(List<Tensor> boxes, List<GroundTruth> truths) {
        return Stopwatch.time("targets", () -> assignedAndChosen(boxes, truths));
    }

    private List<Sample> assignedAndChosen(List<Tensor> boxes, List<GroundTruth> truths) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < truths.size(); i++) {
            Tensor objects = truths.get(i).boxes();
            Assignment assignment = assigner.assign(boxes.get(i), objects);
            samples.add(sampler.sample(assignment, boxes.get(i), objects));
        }
        return samples;
    }
}
