package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A learned bias per head and relative offset on an h x w grid (Swin, Liu et al. 2021, section 3.2). The owner registers
 * {@link #table} and {@link #index}, since checkpoints keep them beside the attention weights.
 */
public final class RelativePositionBias {
    private final Tensor table;
    private final Tensor index;
    private final int tokens;
    private final int heads;

    public RelativePositionBias(int rows, int columns, int heads) {
        this.tokens = rows * columns;
        this.heads = heads;
        this.table = Tensors.zeros((2L * rows - 1) * (2L * columns - 1), heads).requires_grad_(true);
        this.index = Tensors.of(offsets(rows, columns), tokens, tokens);
    }

    /** {@code [(2h-1)(2w-1), heads]}. */
    public Tensor table() {
        return table;
    }

    /** Row of the table for query i and key j: {@code [N, N]}, {@code (dy + h - 1)(2w - 1) + (dx + w - 1)}. */
    public Tensor index() {
        return index;
    }

    /** {@code [heads, N, N]}. */
    public Tensor bias() {
        return table.index_select(0, index.reshape(-1))
                .reshape(tokens, tokens, heads)
                .permute(2, 0, 1)
                .contiguous();
    }

    private static long[] offsets(int rows, int columns) {
        int n = rows * columns;
        long[] offsets = new long[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int dy = i / columns - j / columns;
                int dx = i % columns - j % columns;
                offsets[i * n + j] = (long) (dy + rows - 1) * (2L * columns - 1) + (dx + columns - 1);
            }
        }
        return offsets;
    }
}
