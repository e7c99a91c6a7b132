package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Rng;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.NotFiniteException;
import dev.fovea.nn.Recompute;
import dev.fovea.optim.Clip;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One optimizer step: the gradient of the global batch, added up over its micro-batches, clipped and applied. Model draws
 * are seeded once per step, so that micro-batches take the numbers that the whole batch would have taken.
 */
final class TrainingStep<B extends Batch> {
    private final Task<B> task;
    private final Plan plan;
    private final long microBatchesPerEpoch;

    TrainingStep(Task<B> task, Plan plan) {
        this.task = task;
        this.plan = plan;
        microBatchesPerEpoch = task.batches().batchesPerEpoch();
        if (microBatchesPerEpoch < plan.accumulate()) {
            throw new IllegalArgumentException("%d training samples do not fill one batch of %d"
                    .formatted(task.batches().sampleCount(), plan.batch()));
        }
    }

    long stepsPerEpoch() {
        return microBatchesPerEpoch / plan.accumulate();
    }

    StepResult take(BatchStream<B> batches, long step) {
        skipRestOfEpoch(batches);
        Draws.seed(plan.seed(), step);
        Optimizer optimizer = task.optimizer();
        optimizer.zeroGrad();
        double lr = plan.schedule().at(step);
        Sums sums = new Sums();
        for (int micro = 0; micro < plan.accumulate(); micro++) {
            try (PointerScope scope = new PointerScope()) {
                backward(batches.next(), Rng.of(plan.seed(), step, -2L - micro), sums, new Place(step, lr));
            }
        }
        double norm = Clip.toNorm(optimizer.parameters(), plan.clipNorm());
        if (!Double.isFinite(norm)) {
            throw new NonFiniteException("the gradient's norm", norm, step, lr, sums.files);
        }
        optimizer.step(lr);
        return new StepResult(sums.mean(sums.loss), sums.meanParts(), lr, norm);
    }

    /** A global batch never spans two epochs; fewer images than one batch are passed over. */
    private void skipRestOfEpoch(BatchStream<B> batches) {
        while (microBatchesPerEpoch - batches.position().batch() < plan.accumulate()) {
            try (PointerScope scope = new PointerScope()) {
                batches.next();
            }
        }
    }

    private record Place(long step, double lr) {}

    private void backward(B batch, Rng rng, Sums sums, Place place) {
        try (Recompute tape = plan.recompute() ? Recompute.open() : null) {
            Losses losses;
            try (Precision.Scope cast = plan.precision().open()) {
                losses = task.losses(batch, rng);
            } catch (NotFiniteException e) {
                sums.files.addAll(batch.names());
                throw new NonFiniteException(e, place.step, place.lr, sums.files);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "%s; this is step %d, the batch was %s".formatted(e.getMessage(), place.step, batch.names()),
                        e);
            }
            Tensor total = losses.total().to(ScalarType.Float);
            double value = Tensors.item(total);
            sums.files.addAll(batch.names());
            if (!Double.isFinite(value)) {
                throw new NonFiniteException("the loss", value, place.step, place.lr, sums.files);
            }
            sums.add(value, losses.parts());
            total.div(new Scalar((double) plan.accumulate())).backward();
            if (tape != null) {
                tape.backward();
            }
        }
    }

    private static final class Sums {
        private final List<String> files = new ArrayList<>();
        private final Map<String, Double> parts = new LinkedHashMap<>();
        private double loss;
        private int count;

        void add(double value, Map<String, Tensor> tensors) {
            loss += value;
            count++;
            tensors.forEach((name, part) -> parts.merge(name, Tensors.item(part), Double::sum));
        }

        double mean(double sum) {
            return sum / count;
        }

        Map<String, Double> meanParts() {
            Map<String, Double> means = new LinkedHashMap<>();
            parts.forEach((name, sum) -> means.put(name, mean(sum)));
            return means;
        }
    }
}
