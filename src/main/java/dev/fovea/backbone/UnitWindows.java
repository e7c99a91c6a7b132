package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Depthwise convolution of visible units alone: {@code [B, M, s s, C]} in and out. Each unit's window, its own cells and a
 * border of half a kernel, is gathered with zeros for what is hidden or outside, and convolved without padding. The windows
 * hold about as many cells as the whole image, but only visible cells are computed; what that saves is in docs/results.md.
 */
final class UnitWindows {
    private final int cells;
    private final int border;
    private final int side;
    private final Tensor rows;

    /**
     * @param cells along a unit's side
     * @param kernel odd side of the convolution's kernel
     */
    UnitWindows(Size grid, TokenMask mask, int cells, int kernel) {
        this.cells = cells;
        border = (kernel - 1) / 2;
        side = cells + 2 * border;
        rows = rows(grid, mask);
    }

    /** For each cell of each visible unit's window its row among the visible cells; the row after the last is zeros. */
    private Tensor rows(Size grid, TokenMask mask) {
        long b = mask.batch(), m = mask.visible(), area = (long) side * side, inside = (long) cells * cells;
        long absent = b * m;
        long[] units = new long[Math.toIntExact(grid.area() * area)];
        long[] places = new long[side * side];
        fill(grid, units, places);
        Tensor slots = torch.full(new long[] {b, grid.area() + 1}, new Scalar(absent), Tensors.options(ScalarType.Long))
                .scatter(1, mask.kept(), Tensors.range(0, absent).reshape(b, m));
        Tensor neighbours = Tensors.of(units, grid.area(), area)
                .index_select(0, mask.kept().reshape(-1))
                .reshape(b, m * area);
        return slots.gather(1, neighbours)
                .reshape(absent, area)
                .mul(new Scalar(inside))
                .add(Tensors.of(places, 1, area))
                .clamp_max(new Scalar(absent * inside))
                .reshape(-1);
    }

    /** Which unit each window cell lies in (the number of units = outside the image), and where in that unit. */
    private void fill(Size grid, long[] units, long[] places) {
        Arrays.fill(units, grid.area());
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < side; j++) {
                int down = Math.floorDiv(i - border, cells), right = Math.floorDiv(j - border, cells);
                places[i * side + j] =
                        (long) Math.floorMod(i - border, cells) * cells + Math.floorMod(j - border, cells);
                for (int unit = 0; unit < grid.area(); unit++) {
                    int row = unit / grid.width() + down, column = unit % grid.width() + right;
                    if (row >= 0 && row < grid.height() && column >= 0 && column < grid.width()) {
                        units[(unit * side + i) * side + j] = (long) row * grid.width() + column;
                    }
                }
            }
        }
    }

    /** The depthwise convolution with zero padding, hidden cells zero. */
    Tensor convolve(Tensor x, Conv2d depthwise) {
        long c = x.size(3);
        Tensor zero = torch.zeros(new long[] {1, c}, x.options());
        Tensor windows = Tensors.cat(0, x.reshape(-1, c), zero)
                .index_select(0, rows)
                .reshape(-1, side, side, c)
                .permute(0, 3, 1, 2); // [B M, C, side, side], channels last in memory
        return depthwise.unpadded(windows).permute(0, 2, 3, 1).reshape(x.sizes());
    }
}
