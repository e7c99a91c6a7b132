package dev.fovea.dense.detect.box;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A box stands for the object with which it overlaps most (mmdet core/bbox/assigners/max_iou_assigner.py).
 *
 * @param positive least IoU of a box that stands for an object
 * @param negative below this IoU with every object a box is background; between the two it is ignored
 * @param lowest where an object's best IoU reaches this, its best boxes stand for it all the same
 * @param lowQuality whether that last rule holds
 * @param allTied whether it takes all boxes of the best IoU, instead of the first
 */
public record MaxIouAssigner(double positive, double negative, double lowest, boolean lowQuality, boolean allTied) {
    /** Overlaps held at a time, whatever the number of objects: few enough to stay in the processor's cache. */
    private static final long CHUNK = 1L << 19;

    public MaxIouAssigner {
        if (!(negative >= 0 && negative <= positive && positive <= 1)) {
            throw new IllegalArgumentException(
                    "assigner wants 0 <= negative <= positive <= 1, not negative %s, positive %s"
                            .formatted(negative, positive));
        }
    }

    public MaxIouAssigner(double positive, double negative, double lowest, boolean lowQuality) {
        this(positive, negative, lowest, lowQuality, true);
    }

    /** {@code [N, 4]} to objects {@code [G, 4]}; the order of the objects counts: a later one takes what it ties for. */
    public Assignment assign(Tensor boxes, Tensor truths) {
        try (NoGrad off = new NoGrad();
                Temporaries passing = new Temporaries()) {
            return new Assignment(passing.keep(assigned(boxes, truths, CHUNK)));
        }
    }

    /** @param chunk overlaps held at a time, which makes no difference to the result */
    Tensor assigned(Tensor boxes, Tensor truths, long chunk) {
        long n = boxes.size(0), g = truths.size(0);
        Tensor best = torch.full(new long[] {n}, new Scalar(-1.0), Tensors.options(ScalarType.Float, boxes));
        Tensor which = torch.zeros(new long[] {n}, Tensors.options(ScalarType.Long, boxes));
        Tensor claimed = torch.full(new long[] {n}, new Scalar(-1), Tensors.options(ScalarType.Long, boxes));
        long step = Math.max(1, chunk / Math.max(1, n));
        Measured measured = Measured.of(boxes);
        for (long from = 0; from < g && n > 0; from += step) {
            try (Temporaries passing = new Temporaries()) {
                long count = Math.min(step, g - from);
                Tensor overlaps = BoxOverlap.IOU.pairwise(truths.narrow(0, from, count), measured); // [g, N]
                Tensors.Pair nearest = Tensors.pair(overlaps.max(0));
                Tensor better = nearest.first().gt(best);
                which.copy_(torch.where(better, nearest.second().add(new Scalar(from)), which));
                best.copy_(torch.where(better, nearest.first(), best));
                if (lowQuality) {
                    claim(overlaps, from, claimed);
                }
            }
        }
        if (g == 0) {
            return torch.full(
                    new long[] {n}, new Scalar(Assignment.BACKGROUND), Tensors.options(ScalarType.Long, boxes));
        }
        Tensor result = torch.where(
                best.ge(new Scalar(positive)),
                which,
                torch.where(
                        best.lt(new Scalar(negative)),
                        new Scalar(Assignment.BACKGROUND),
                        new Scalar(Assignment.IGNORED)));
        return torch.where(claimed.ge(new Scalar(0)), claimed, result);
    }

    /** Writes the number of each object of the chunk to its best boxes; where several claim one, the last has it. */
    private void claim(Tensor overlaps, long from, Tensor claimed) {
        Tensors.Pair best = Tensors.pair(overlaps.max(1, true));
        Tensor reached = best.first().ge(new Scalar(lowest));
        Tensor chosen = allTied
                ? overlaps.eq(best.first())
                : Tensors.range(0, overlaps.size(1), overlaps).unsqueeze(0).eq(best.second());
        Tensor pairs = chosen.logical_and(reached).nonzero(); // [few, 2]: object and box
        claimed.scatter_reduce_(0, pairs.select(1, 1), pairs.select(1, 0).add(new Scalar(from)), "amax");
    }
}
