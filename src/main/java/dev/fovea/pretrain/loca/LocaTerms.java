package dev.fovea.pretrain.loca;

import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.LocatesViews.Tally;
import dev.fovea.pretrain.loca.LocaReading.Query;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The heads' part of a step: what a reading is worth. */
final class LocaTerms {
    private final LocaSpec spec;
    private final LocaNetwork student;

    LocaTerms(LocaSpec spec, LocaNetwork student) {
        this.spec = spec;
        this.student = student;
    }

    Losses losses(LocaReading reading) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        Tensor total = Tensors.zeros();
        if (spec.positionWeight() > 0) {
            Tensor located =
                    spec.localisation() == LocaSpec.Localisation.PATCH ? position(reading, parts) : box(reading, parts);
            total = total.add(located.mul(new Scalar(spec.positionWeight())));
        }
        return new Losses(reading.assignments() == null ? total : total.add(clusters(reading, parts)), parts);
    }

    private Tensor position(LocaReading reading, Map<String, Tensor> parts) {
        Tensor logits = Tap.mark("position_logits", logits(reading)), targets = Tap.mark("targets", targets(reading));
        Tensor loss = LocaLoss.position(logits, targets);
        parts.put("position", loss);
        Tensor count = LocaLoss.valid(targets).clamp(new ScalarOptional(new Scalar(1)), new ScalarOptional());
        parts.put(
                "accuracy",
                LocaLoss.correct(logits, targets).to(ScalarType.Float).div(count));
        return loss;
    }

    private Tensor box(LocaReading reading, Map<String, Tensor> parts) {
        Tensor predicted = boxes(reading), wanted = wantedBoxes(reading);
        Tensor loss = LocaLoss.box(predicted, wanted);
        parts.put("box", loss);
        parts.put("box_iou", LocaLoss.boxOverlap(predicted, wanted));
        return loss;
    }

    private Tensor clusters(LocaReading reading, Map<String, Tensor> parts) {
        ClusterSpec clusters = spec.clusters().get();
        Tensor scores = joined(
                reading, query -> student.projection().forward(query.tokens()).flatten(0, 1));
        Tensor cross = LocaLoss.cluster(
                scores, clusters.temperature(), reading.assignments(), rows(reading), targets(reading));
        Tensor entropy = LocaLoss.negativeMeanEntropy(scores, clusters.temperature());
        parts.put("cluster", cross);
        parts.put("entropy", entropy);
        return cross.mul(new Scalar(clusters.weight())).add(entropy.mul(new Scalar(clusters.entropyWeight())));
    }

    Tally tally(LocaReading reading) {
        if (spec.localisation() == LocaSpec.Localisation.BOX) {
            Tensor wanted = wantedBoxes(reading);
            double count = Tensors.item(wanted.select(1, 0).sum());
            return new Tally(count * Tensors.item(LocaLoss.boxOverlap(boxes(reading), wanted)), count);
        }
        Tensor targets = targets(reading);
        return new Tally(
                Tensors.item(LocaLoss.correct(logits(reading), targets)), Tensors.item(LocaLoss.valid(targets)));
    }

    private Tensor logits(LocaReading reading) {
        return joined(reading, query -> student.location()
                .patches(query.tokens(), reading.context())
                .flatten(0, 1));
    }

    private Tensor boxes(LocaReading reading) {
        return joined(reading, query -> student.location().boxes(query.tokens(), reading.context()));
    }

    private static Tensor wantedBoxes(LocaReading reading) {
        return joined(reading, Query::boxes);
    }

    private static Tensor targets(LocaReading reading) {
        return joined(reading, query -> query.targets().reshape(-1));
    }

    /** Which row of the assignments belongs to each patch: those of an image's reference stand together. */
    private static Tensor rows(LocaReading reading) {
        long batch = reading.context().size(0), patches = reading.assignments().size(0) / batch;
        return joined(reading, query -> {
            Tensor image = Tensors.range(0, query.targets().size(0)).remainder(new Scalar(batch)); // [Q B]
            return image.mul(new Scalar(patches))
                    .unsqueeze(1)
                    .add(LocaLoss.indices(query.targets()))
                    .reshape(-1);
        });
    }

    private static Tensor joined(LocaReading reading, Function<Query, Tensor> each) {
        List<Tensor> parts = reading.queries().stream().map(each).toList();
        return parts.size() == 1 ? parts.get(0) : Tensors.cat(0, parts);
    }
}
