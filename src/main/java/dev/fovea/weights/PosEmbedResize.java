package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Position tables for another grid, {@code [1, prefix + h*w, D] -> [1, prefix + h'*w', D]}: bicubic, without antialias
 * (facebookresearch/mae util/pos_embed.py interpolate_pos_embed); rows of class tokens are kept.
 */
public final class PosEmbedResize {
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
        long cells = (long) from[0] * from[1];
        if (table.dim() != 3 || table.size(0) != 1 || table.size(1) != prefixTokens + cells) {
            throw new IllegalArgumentException("position table %s is not 1 x (%d + %dx%d) x D"
                    .formatted(Shapes.text(table), prefixTokens, from[0], from[1]));
        }
        if (from[0] == to[0] && from[1] == to[1]) {
            return table;
        }
        long dim = table.size(2);
        Tensor map = table.narrow(1, prefixTokens, cells)
                .reshape(1, from[0], from[1], dim)
                .permute(0, 3, 1, 2); // [1, D, h, w]
        Tensor resized = torch.upsample_bicubic2d(map, new long[] {to[0], to[1]}, false)
                .permute(0, 2, 3, 1)
                .reshape(1, (long) to[0] * to[1], dim);
        return Tensors.cat(1, table.narrow(1, 0, prefixTokens), resized);
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
