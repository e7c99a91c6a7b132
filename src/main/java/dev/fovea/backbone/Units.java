package dev.fovea.backbone;

import dev.fovea.tensor.Shapes;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The layout in which convolution stages are computed: activations grouped by the units of the coarsest grid,
 * {@code [B, U, s s, C]} with {@code s} cells along a unit's side. Everything but the depthwise convolution works on cells
 * alone, so hidden units can be left out ({@code U = M}) at no loss; with no unit left out {@code U = N}, row-major.
 *
 * @param grid units of the image
 * @param mask the visible units, or null when all are present
 */
record Units(Size grid, TokenMask mask) {
    /** Pixels of the present units: {@code [B, 3, H, W] -> [B, U, s s, 3 p p]}, each cell channel first. */
    Tensor cut(Tensor images, int cells, int patch) {
        long b = images.size(0), c = images.size(1);
        Tensor units = images.reshape(b, c, grid.height(), cells, patch, grid.width(), cells, patch)
                .permute(0, 2, 5, 3, 6, 1, 4, 7) // [B, rows, columns, s, s, C, p, p]
                .reshape(b, grid.area(), (long) cells * cells * c * patch * patch);
        Tensor present = mask == null ? units : mask.select(units);
        return present.reshape(b, present.size(1), (long) cells * cells, c * patch * patch);
    }

    /** Joins p x p cells into one: {@code [B, U, s s, C] -> [B, U, (s/p)(s/p), p p C]}. */
    static Tensor merge(Tensor x, int cells, int patch) {
        long b = x.size(0), u = x.size(1), c = x.size(3);
        long fewer = cells / patch;
        return x.reshape(new long[] {b, u, fewer, patch, fewer, patch, c})
                .permute(0, 1, 2, 4, 3, 5, 6)
                .reshape(b, u, fewer * fewer, (long) patch * patch * c);
    }

    /**
     * Convolutions over the whole image in which absent units are zeros: {@code [B, U, s s, C]} in and out.
     *
     * @param keep 1 = visible, 0 = a present cell that is hidden from the convolution; null = all are visible
     */
    ConvBlock.Spatial spatial(int cells, int kernel, Tensor keep) {
        if (mask != null) {
            return new UnitWindows(grid, mask, cells, kernel)::convolve;
        }
        return (x, depthwise) -> {
            Tensor seen = keep == null ? x : x.mul(keep.to(x.scalar_type()));
            return gather(depthwise.forward(toMap(seen, cells)), cells);
        };
    }

    /** {@code [B, U, s s, C] -> [B, C, rows s, columns s]}, channels last in memory, absent units zero. */
    Tensor toMap(Tensor x, int cells) {
        long b = x.size(0), c = x.size(3), s = cells;
        Tensor all = x.reshape(-1, s * s * c);
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
    Tensor gather(Tensor map, int cells) {
        long b = map.size(0), c = map.size(1), s = cells;
        Tensor all = map.permute(0, 2, 3, 1)
                .reshape(b, grid.height(), s, grid.width(), s, c)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b, grid.area(), s * s * c);
        Tensor present = mask == null ? all : mask.select(all);
        return present.reshape(b, present.size(1), s * s, c);
    }

    @Override
    public String toString() {
        return grid + (mask == null ? "" : " visible " + Shapes.text(mask.kept()));
    }
}
