package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Position tables for another grid, {@code [1, prefix + h*w, D] -> [1, prefix + h'*w', D]}: bicubic, without antialias
 * (facebookresearch/mae util/pos_embed.py interpolate_pos_embed); rows of class tokens are kept.
 */
public final class PosEmbedResize {
    private static final double TENTH = 0.1;

    private PosEmbedResize() {}

    /** From a square grid, as all published tables have. */
    public static Tensor fromSquare(Tensor table, int prefixTokens, int rows, int columns) {
        long cells = table.size(1) - prefixTokens;
        long side = Math.round(Math.sqrt(cells));
        if (side * side != cells) {
            throw new IllegalArgumentException("position table %s with %d prefix tokens is not square: give its grid"
                    .formatted(Shapes.text(table), prefixTokens));
        }
        return resize(table, prefixTokens, new int[] {(int) side, (int) side}, new int[] {rows, columns});
    }

    /** Grids are {@code {rows, columns}}. */
    public static Tensor resize(Tensor table, int prefixTokens, int[] from, int[] to) {
        boolean same = from[0] == to[0] && from[1] == to[1] && fits(table, prefixTokens, from);
        return same ? table : sample(table, prefixTokens, from, to, 0);
    }

    private static boolean fits(Tensor table, int prefixTokens, int[] grid) {
        return table.dim() == 3 && table.size(0) == 1 && table.size(1) == prefixTokens + (long) grid[0] * grid[1];
    }

    /**
     * As DINO does while it runs, and CLIP in BEiT v2, BEiT v2 and iTPN after it: cells are sampled as if the new grid had
     * a tenth of a cell more (facebookresearch/dino vision_transformer.py interpolate_pos_encoding, against rounding).
     */
    public static Tensor resizeWhileRunning(Tensor table, int prefixTokens, int[] from, int[] to) {
        boolean same = from[0] == to[0] && from[1] == to[1];
        return same ? resize(table, prefixTokens, from, to) : sample(table, prefixTokens, from, to, TENTH);
    }

    /** As iTPN does with hidden patches left out: sampled by a tenth of a cell more although the grid is the table's own. */
    public static Tensor sampledInPlace(Tensor table, int prefixTokens, int[] grid) {
        return sample(table, prefixTokens, grid, grid, TENTH);
    }

    private static Tensor sample(Tensor table, int prefixTokens, int[] from, int[] to, double more) {
        if (!fits(table, prefixTokens, from)) {
            throw new IllegalArgumentException("position table %s is not 1 x (%d + %dx%d) x D"
                    .formatted(Shapes.text(table), prefixTokens, from[0], from[1]));
        }
        long dim = table.size(2);
        Tensor map = table.narrow(1, prefixTokens, (long) from[0] * from[1])
                .reshape(1, from[0], from[1], dim)
                .permute(0, 3, 1, 2); // [1, D, h, w]
        Tensor resized = torch.upsample_bicubic2d(
                        map, new long[] {to[0], to[1]}, false, scale(from[0], to[0], more), scale(from[1], to[1], more))
                .permute(0, 2, 3, 1)
                .reshape(1, (long) to[0] * to[1], dim);
        return Tensors.cat(1, table.narrow(1, 0, prefixTokens), resized);
    }

    private static DoubleOptional scale(int from, int to, double more) {
        return more == 0 ? new DoubleOptional() : new DoubleOptional((to + more) / from);
    }

    /** Resizes the tensor of this name, from a square grid, while a file is loaded. */
    public static StateLoader.Adapter onLoad(String tableName, int prefixTokens, int rows, int columns) {
        return (name, source, wanted) -> {
            boolean fits =
                    name.equals(tableName) && wanted.length == 3 && source.dim() == 3 && source.size(2) == wanted[2];
            return fits ? fromSquare(source, prefixTokens, rows, columns) : null;
        };
    }
}
