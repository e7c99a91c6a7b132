package dev.fovea.dense.detect.roi;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Masks of objects as a region sees them (mmdet core/mask/mask_target.py): cut out by RoIAlign at full resolution, and 1
 * where at least half of a cell is of the object. The axes are apart, so a cut is two products of matrices over the
 * window of the mask that the region touches; regions of like size go together.
 */
public final class MaskTargets {
    /** Pixels of windows held at a time. */
    private static final long CHUNK = 1L << 22;

    private MaskTargets() {}

    /**
     * {@code [P, side, side]} of zeros and ones.
     *
     * @param masks uint8 {@code [G, H, W]}
     * @param boxes {@code [P, 4]}
     * @param truths int64 {@code [P]}: whose mask
     */
    public static Tensor of(Tensor masks, Tensor boxes, Tensor truths, int side) {
        long p = boxes.size(0);
        if (p == 0) {
            return torch.zeros(new long[] {0, side, side}, boxes.options());
        }
        try (NoGrad off = new NoGrad();
                Precision.Scope exact = Precision.FP32.open();
                Temporaries passing = new Temporaries()) {
            Window down = Window.of(boxes, 1, masks.size(1), side), across = Window.of(boxes, 0, masks.size(2), side);
            Tensor order = down.lengths().mul(across.lengths()).argsort(0, true);
            long[] heights = Tensors.toLongs(down.lengths().index_select(0, order));
            long[] widths = Tensors.toLongs(across.lengths().index_select(0, order));
            List<Tensor> parts = new ArrayList<>();
            for (int from = 0; from < p; ) {
                int to = from;
                long h = 0, w = 0;
                while (to < p
                        && (to == from || larger(h, heights[to]) * larger(w, widths[to]) * (to - from + 1) <= CHUNK)) {
                    h = larger(h, heights[to]);
                    w = larger(w, widths[to]);
                    to++;
                }
                Tensor chosen = order.narrow(0, from, to - from);
                parts.add(cut(masks, truths.index_select(0, chosen), down.of(chosen, h), across.of(chosen, w)));
                from = to;
            }
            Tensor sorted = Tensors.cat(0, parts);
            Tensor targets = torch.empty_like(sorted).index_copy_(0, order, sorted);
            return passing.keep(targets.ge(new Scalar(0.5)).to(ScalarType.Float));
        }
    }

    private static long larger(long a, long b) {
        return Math.max(a, b);
    }

    /** @param down pixels of each window, int64 {@code [n, h]}, and what each counts, {@code [n, side, h]} */
    private static Tensor cut(Tensor masks, Tensor truths, Window.Matrix down, Window.Matrix across) {
        long width = masks.size(2), area = masks.size(1) * width, n = truths.size(0);
        Tensor rows = truths.mul(new Scalar(area)).unsqueeze(1).add(down.cells().mul(new Scalar(width)));
        Tensor pixels = rows.unsqueeze(2).add(across.cells().unsqueeze(1)); // [n, h, w]
        Tensor windows = masks.reshape(-1)
                .index_select(0, pixels.reshape(-1))
                .to(ScalarType.Float)
                .reshape(n, pixels.size(1), pixels.size(2));
        return down.weights().bmm(windows).bmm(across.weights().transpose(1, 2));
    }

    /** What regions touch of one axis: where each begins and how long it is. */
    private record Window(AxisWeights axis, Tensor start, Tensor lengths, long size) {
        static Window of(Tensor boxes, long side, long size, int cells) {
            Tensor low = boxes.select(1, side).to(ScalarType.Float).sub(new Scalar(0.5));
            Tensor length = boxes.select(1, side + 2).sub(boxes.select(1, side)).to(ScalarType.Float);
            Tensor sizes =
                    torch.full(new long[] {boxes.size(0)}, new Scalar(size), Tensors.options(ScalarType.Long, boxes));
            AxisWeights axis = AxisWeights.of(low, length, sizes, RoiAlign.of(cells));
            Tensor start = axis.first().select(1, 0);
            Tensor lengths =
                    axis.first().select(1, cells - 1L).add(axis.lengths()).sub(start);
            return new Window(axis, start, lengths, size);
        }

        record Matrix(Tensor cells, Tensor weights) {}

        /** Of some regions, over {@code length} pixels from where each begins. */
        Matrix of(Tensor chosen, long length) {
            Tensor from = start.index_select(0, chosen);
            Tensor first = axis.first().index_select(0, chosen);
            Tensor runs = axis.weights().index_select(0, chosen); // [n, side, W]
            long w = runs.size(2);
            Tensor places = first.sub(from.unsqueeze(1))
                    .unsqueeze(2)
                    .add(Tensors.range(0, w, first).reshape(1, 1, w))
                    .clamp_max(new Scalar(length - 1)); // what lies beyond counts nothing
            Tensor weights = torch.zeros(new long[] {runs.size(0), runs.size(1), length}, runs.options())
                    .scatter_add(2, places, runs);
            Tensor cells = from.unsqueeze(1)
                    .add(Tensors.range(0, length, from).unsqueeze(0))
                    .clamp_max(new Scalar(size - 1));
            return new Matrix(cells, weights);
        }
    }
}
