package dev.fovea.backbone;

import dev.fovea.nn.PatchEmbed;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The layout in which HiViT is computed: activations grouped by the units of the coarsest grid, {@code [B, U, s s, C]}, with
 * cells in nested order. The four cells that merge into one stand behind each other, the two of a column first (the
 * order of the reference's PatchMerge), so that merging and splitting only reshape.
 *
 * @param grid units of the image
 * @param mask the visible units, or null when all are present
 */
record NestedUnits(Size grid, TokenMask mask) {
    /** Times that a unit is halved along each side before it is one cell of the first stage. */
    private static final int HALVINGS = 2;

    /** Pixels of the present units: {@code [B, 3, H, W] -> [B, U, 16, 3 p p]}, each cell channel first. */
    Tensor cut(Tensor images, int patch) {
        Tensor all = PatchEmbed.patches(images, patch << HALVINGS); // [B, N, 3 4p 4p]
        Tensor units = mask == null ? all : mask.select(all);
        long b = units.size(0), u = units.size(1), c = images.size(1);
        return units.reshape(b, u, c, 2, 2, patch, 2, 2, patch)
                .permute(0, 1, 6, 3, 7, 4, 2, 5, 8)
                .reshape(b, u, 1L << 2 * HALVINGS, c * patch * patch);
    }

    /** Joins four cells into one: {@code [B, U, s s, C] -> [B, U, s s / 4, 4C]}. */
    static Tensor merge(Tensor x) {
        return x.reshape(x.size(0), x.size(1), x.size(2) / 4, 4 * x.size(3));
    }

    /** Divides cells into four: {@code [B, U, s s, 4C] -> [B, U, 4 s s, C]}. */
    static Tensor split(Tensor x) {
        return x.reshape(x.size(0), x.size(1), x.size(2) * 4, x.size(3) / 4);
    }

    /** Cells of each unit in rows and columns: {@code [B, U, s s, C] -> [B, U, s, s, C]}. */
    static Tensor rowMajor(Tensor x) {
        long b = x.size(0), u = x.size(1), c = x.size(3), s = side(x.size(2));
        return switch ((int) s) {
            case 1 -> x.reshape(b, u, 1, 1, c);
            case 2 -> x.reshape(b, u, 2, 2, c).transpose(2, 3);
            default ->
                x.reshape(b, u, 2, 2, 2, 2, c).permute(0, 1, 3, 5, 2, 4, 6).reshape(b, u, 4, 4, c);
        };
    }

    /** {@code [B, U, s s, C] -> [B, C, rows s, columns s]}, channels last in memory, absent units zero. */
    Tensor toMap(Tensor x) {
        long b = x.size(0), c = x.size(3), s = side(x.size(2));
        Tensor all = rowMajor(x).reshape(-1, s * s * c);
        if (mask != null) {
            all = torch.zeros(new long[] {b * grid.area(), s * s * c}, x.options())
                    .index_copy(0, mask.rows(), all);
        }
        return all.reshape(b, grid.height(), grid.width(), s, s, c)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b, grid.height() * s, grid.width() * s, c)
                .permute(0, 3, 1, 2);
    }

    /** The inverse of {@link #toMap}. */
    Tensor gather(Tensor map) {
        long b = map.size(0), c = map.size(1), s = map.size(2) / grid.height();
        Tensor all = map.permute(0, 2, 3, 1)
                .reshape(b, grid.height(), s, grid.width(), s, c)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b, grid.area(), s * s * c);
        Tensor present = mask == null ? all : mask.select(all);
        return nested(present.reshape(b, present.size(1), s, s, c));
    }

    /** The inverse of {@link #rowMajor}. */
    private static Tensor nested(Tensor x) {
        long b = x.size(0), u = x.size(1), s = x.size(2), c = x.size(4);
        return switch ((int) s) {
            case 1 -> x.reshape(b, u, 1, c);
            case 2 -> x.transpose(2, 3).reshape(b, u, 4, c);
            default ->
                x.reshape(b, u, 2, 2, 2, 2, c).permute(0, 1, 4, 2, 5, 3, 6).reshape(b, u, 16, c);
        };
    }

    private static long side(long cells) {
        return Math.round(Math.sqrt(cells));
    }
}
