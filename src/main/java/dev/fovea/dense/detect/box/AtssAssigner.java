package dev.fovea.dense.detect.box;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adaptive training sample selection (Zhang et al. 2020, section 4.2; mmdet core/bbox/assigners/atss_assigner.py): of each
 * level the boxes nearest to an object are candidates, and those stand for it whose overlap reaches the mean plus the
 * standard deviation of all its candidates' overlaps and whose centre lies in it.
 *
 * @param nearest candidates of each level and object
 */
public record AtssAssigner(int nearest) {
    /** By how much a centre must lie inside. */
    private static final double INSIDE_BY = 0.01;

    private static final double NONE = -1;

    public AtssAssigner {
        if (nearest < 1) {
            throw new IllegalArgumentException("nearest %d is below 1".formatted(nearest));
        }
    }

    /**
     * {@code [N, 4]} to objects {@code [G, 4]}; a box that two objects choose goes to the one it overlaps more.
     *
     * @param perLevel how many of the boxes are of each level, in their order
     */
    public Assignment assign(Tensor boxes, List<Integer> perLevel, Tensor truths) {
        try (NoGrad off = new NoGrad();
                Temporaries passing = new Temporaries()) {
            return new Assignment(passing.keep(assigned(boxes, perLevel, truths)));
        }
    }

    private Tensor assigned(Tensor boxes, List<Integer> perLevel, Tensor truths) {
        long n = boxes.size(0), g = truths.size(0);
        if (n == 0 || g == 0) {
            return torch.full(
                    new long[] {n}, new Scalar(Assignment.BACKGROUND), Tensors.options(ScalarType.Long, boxes));
        }
        Tensor centres = AnchorGenerator.centres(boxes); // [N, 2]
        Tensor candidates = candidates(centres, perLevel, AnchorGenerator.centres(truths)); // [C, G]
        Tensor overlaps = BoxOverlap.IOU.pairwise(boxes, truths); // [N, G]
        Tensor theirs = overlaps.gather(0, candidates);
        Tensor bound = theirs.mean(0).add(theirs.std(0));
        Tensor chosen = theirs.ge(bound).logical_and(inside(centres, candidates, truths));
        Tensor values = torch.where(chosen, theirs, new Scalar(NONE));
        Tensor best = torch.full(new long[] {n, g}, new Scalar(NONE), Tensors.options(ScalarType.Float, boxes))
                .scatter(0, candidates, values)
                .contiguous();
        Tensors.Pair most = Tensors.pair(best.max(1));
        return torch.where(most.first().ge(new Scalar(0.0)), most.second(), new Scalar(Assignment.BACKGROUND));
    }

    private Tensor candidates(Tensor centres, List<Integer> perLevel, Tensor objects) {
        List<Tensor> levels = new ArrayList<>();
        long from = 0;
        for (int count : perLevel) {
            if (count > 0) {
                Tensor apart = centres.narrow(0, from, count).unsqueeze(1).sub(objects.unsqueeze(0)); // [n, G, 2]
                Tensor squared = apart.mul(apart).sum(-1);
                Tensor closest = Tensors.pair(squared.topk(Math.min(nearest, count), 0, false, true))
                        .second();
                levels.add(closest.add(new Scalar(from)));
            }
            from += count;
        }
        return Tensors.cat(0, levels);
    }

    /** Whether the centre of each candidate lies in its object: {@code [C, G]}. */
    private static Tensor inside(Tensor centres, Tensor candidates, Tensor truths) {
        Sides object = Sides.of(truths);
        Tensor x = centres.select(1, 0).index_select(0, candidates.reshape(-1)).reshape(candidates.sizes());
        Tensor y = centres.select(1, 1).index_select(0, candidates.reshape(-1)).reshape(candidates.sizes());
        Tensor across = x.sub(object.left()).minimum(object.right().sub(x));
        Tensor down = y.sub(object.top()).minimum(object.bottom().sub(y));
        return across.minimum(down).gt(new Scalar(INSIDE_BY));
    }
}
