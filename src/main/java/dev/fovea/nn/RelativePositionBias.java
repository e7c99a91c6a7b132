package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A learned bias per head and relative offset on an h x w grid (Swin, Liu et al. 2021, section 3.2): a table that
 * attention owns, and an index of its rows that blocks can share.
 */
public final class RelativePositionBias {
    /** Rows behind the table's grid that belong to a class token. */
    public static final int TOKEN_ROWS = 3;

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

    /** The same with a class token in front, for whose pairs BEiT has three further rows: {@code [(2h-1)(2w-1) + 3, heads]}. */
    public static Tensor tableWithToken(int rows, int columns, int heads) {
        return Tensors.zeros((2L * rows - 1) * (2L * columns - 1) + TOKEN_ROWS, heads);
    }

    /**
     * The index of {@link #tableWithToken}: int64 {@code [1 + N, 1 + N]}. Its last rows are token to patch, patch to token,
     * token to itself.
     */
    public static Tensor indexWithToken(int rows, int columns) {
        long size = (2L * rows - 1) * (2L * columns - 1) + TOKEN_ROWS;
        long n = (long) rows * columns;
        Tensor toPatch = Tensors.full(size - 3, 1, n).to(ScalarType.Long);
        Tensor toToken = Tensors.full(size - 2, n, 1).to(ScalarType.Long);
        Tensor toItself = Tensors.full(size - 1, 1, 1).to(ScalarType.Long);
        return Tensors.cat(0, Tensors.cat(1, toItself, toPatch), Tensors.cat(1, toToken, index(rows, columns)));
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
