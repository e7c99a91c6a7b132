package dev.fovea.dense.mask2former;

import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Finds the query of each mask: the cheapest one-to-one assignment, by class, cross entropy and dice on points drawn
 * anywhere (mmseg_custom utils/assigner.py, losses/match_costs.py).
 */
final class MaskMatcher {
    private final MaskCriterion.Costs costs;
    private final int points;

    MaskMatcher(MaskCriterion.Costs costs, int points) {
        this.costs = costs;
        this.points = points;
    }

    /**
     * The mask of every query of every image, -1 for none.
     *
     * @param layer of the decoder, which names what a tap sees
     */
    List<int[]> match(int layer, MaskPrediction prediction, List<MaskTargets> targets) {
        try (NoGrad off = new NoGrad()) {
            List<Tensor> drawn = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                drawn.add(Draws.uniform(1, points, 2));
            }
            Tensor places = Tensors.cat(0, drawn).to(prediction.masks().device(), ScalarType.Float); // [B, P, 2]
            Tensor logits = SampledPoints.of(prediction.masks(), places); // [B, Q, P]
            List<int[]> assigned = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                MaskTargets target = targets.get(i);
                Tensor wanted = SampledPoints.of(target.masks().unsqueeze(0), places.narrow(0, i, 1))
                        .squeeze(0);
                String where = ".layer%d.img%d".formatted(layer, i);
                Tensor cost = cost(prediction.classes().select(0, i), logits.select(0, i), target.labels(), wanted);
                assigned.add(assign(Tap.mark("cost" + where, cost)));
                mark("assigned_gt" + where, assigned.get(i));
            }
            return assigned;
        }
    }

    /** @return {@code [Q, G]} of scores {@code [Q, K + 1]}, logits {@code [Q, P]}, labels {@code [G]} and masks {@code [G, P]} */
    private Tensor cost(Tensor scores, Tensor logits, Tensor labels, Tensor wanted) {
        Tensor byClass = scores.softmax(-1).index_select(1, labels).neg();
        Tensor masks = wanted.transpose(0, 1); // [P, G]
        Tensor outside = torch.softplus(logits); // -log(1 - p), which exceeds -log(p) by the logit
        Tensor entropy = outside.sum(new long[] {1}, true, null).sub(logits.matmul(masks));
        Tensor shares = logits.sigmoid();
        Scalar eps = new Scalar(costs.diceEps());
        Tensor overlap = shares.matmul(masks).mul(new Scalar(2)).add(eps);
        Tensor sizes = shares.sum(new long[] {1}, true, null).add(wanted.sum(1)).add(eps);
        Tensor dice = overlap.div(sizes).neg().add(new Scalar(1));
        return byClass.mul(new Scalar(costs.classes()))
                .add(entropy.mul(new Scalar(costs.masks() / logits.size(1))))
                .add(dice.mul(new Scalar(costs.dice())));
    }

    private static int[] assign(Tensor cost) {
        return LinearAssignment.solve(Tensors.toDoubles(cost), (int) cost.size(0), (int) cost.size(1));
    }

    /** As the reference counts: 0 for none, k + 1 for mask k. */
    private static void mark(String name, int[] assigned) {
        if (Tap.isOpen()) {
            long[] counted =
                    Arrays.stream(assigned).asLongStream().map(k -> k + 1).toArray();
            Tap.mark(name, Tensors.of(counted, counted.length));
        }
    }
}
