package dev.fovea.dense.detect.roi;

import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masks of objects as a region sees them (mmdet core/mask/mask_target.py): cut out by RoIAlign at full resolution, and 1
 * where at least half of a cell is of the object. The axes are apart, so a cut is two products of matrices with the window
 * of the mask that the region touches; gathering windows of all regions at once takes ten times as long as one by one.
 */
public final class MaskTargets {
    private MaskTargets() {}

    /**
     * {@code [P, side, side]} of zeros and ones; boxes end at the border of the masks.
     *
     * @param masks uint8 {@code [G, H, W]}, here or on the CPU
     * @param boxes {@code [P, 4]}
     * @param truths int64 {@code [P]}: whose mask
     */
    public static Tensor of(Tensor masks, Tensor boxes, Tensor truths, int side) {
        return Stopwatch.time("targets", () -> cut(masks, boxes, truths, side));
    }

    private static Tensor cut(Tensor masks, Tensor boxes, Tensor truths, int side) {
        int p = (int) boxes.size(0);
        if (p == 0) {
            return torch.zeros(new long[] {0, side, side}, boxes.options());
        }
        try (NoGrad off = new NoGrad();
                Precision.Scope exact = Precision.FP32.open();
                Temporaries passing = new Temporaries()) {
            Axis down = Axis.of(boxes, 1, masks.size(1), side), across = Axis.of(boxes, 0, masks.size(2), side);
            long[] objects = Tensors.toLongs(truths);
            List<Tensor> cuts = new ArrayList<>();
            for (int i = 0; i < p; i++) {
                Tensor window = masks.select(0, objects[i])
                        .narrow(0, down.starts()[i], down.lengths()[i])
                        .narrow(1, across.starts()[i], across.lengths()[i])
                        .to(boxes.device(), ScalarType.Float);
                cuts.add(down.weights(i).matmul(window).matmul(across.weights(i).t()));
            }
            Tensor targets = Tensors.stack(0, cuts);
            return passing.keep(targets.ge(new Scalar(0.5)).to(ScalarType.Float));
        }
    }

    /** Of one axis, which pixels each region touches and what they count: {@code [P, side, longest]}. */
    private record Axis(Tensor matrices, long[] starts, long[] lengths) {
        static Axis of(Tensor boxes, long low, long size, int side) {
            ScalarOptional zero = new ScalarOptional(new Scalar(0.0)),
                    border = new ScalarOptional(new Scalar((double) size));
            Tensor first = boxes.select(1, low).to(ScalarType.Float).clamp(zero, border);
            Tensor last = boxes.select(1, low + 2).to(ScalarType.Float).clamp(zero, border);
            Tensor from = first.sub(new Scalar(0.5)), length = last.sub(first);
            Tensor sizes =
                    torch.full(new long[] {boxes.size(0)}, new Scalar(size), Tensors.options(ScalarType.Long, boxes));
            AxisWeights axis = AxisWeights.of(from, length, sizes, RoiAlign.of(side));
            Tensor start = axis.first().select(1, 0);
            Tensor end = axis.first()
                    .select(1, side - 1L)
                    .add(axis.lengths())
                    .clamp_max(new Scalar(size)); // runs end at the border
            long[] lengths = Tensors.toLongs(end.sub(start));
            long longest = Arrays.stream(lengths).max().orElseThrow();
            return new Axis(axis.within(start, longest), Tensors.toLongs(start), lengths);
        }

        /** {@code [side, length]}. */
        Tensor weights(int region) {
            return matrices.select(0, region).narrow(1, 0, lengths[region]);
        }
    }
}
