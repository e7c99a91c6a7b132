package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A learned bias per head and relative offset on an h x w grid (Swin, Liu et al. 2021, section 3.2): a table that
 * attention owns, and an index of its rows that blocks can share.
 */
public final class RelativePositionBias {
    private RelativePositionBias() {}

    /** A table that starts at zero: {@code [(2h-1)(2w-1), heads]}. */
    public static Tensor table(int rows, int columns, int heads) {
        return Tensors.zeros((2L * rows - 1) * (2L * columns - 1), heads);
    }

    /** Row of the table for query i and key j: int64 {@code [N, N]}, {@code (dy + h - 1)(2w - 1) + (dx + w - 1)}. */
    public static Tensor index(int rows, int columns) {
        int n = rows * columns;
        long[] offsets = new long[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int dy = i / columns - j / columns;
                int dx = i % columns - j % columns;
                offsets[i * n + j] = (long) (dy + rows - 1) * (2L * columns - 1) + (dx + columns - 1);
            }
        }
        return Tensors.of(offsets, n, n);
    }

    /** What is added to the logits: {@code index [.., N, N] -> [.., heads, N, N]}. */
    static Tensor of(Tensor table, Tensor index) {
        long n = index.size(-1);
        Tensor rows = table.index_select(0, index.reshape(-1));
        return index.dim() == 2
                ? rows.reshape(n, n, -1).permute(2, 0, 1).contiguous()
                : rows.reshape(-1, n, n, table.size(1)).permute(0, 3, 1, 2).contiguous();
    }
}
