package dev.fovea.backbone;

import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Tap;
import org.bytedeco.pytorch.Tensor;

/** Position tables for views of another size, by antialiased bilinear interpolation (google-research/scenic projects/loca vit.py). */
final class PositionGrid {
    private PositionGrid() {}

    /** {@code [1, from.area, D] -> [1, to.area, D]}, with gradient. */
    static Tensor resized(Tensor table, Size from, Size to) {
        long dim = table.size(2);
        Tensor map = table.reshape(1, from.height(), from.width(), dim).permute(0, 3, 1, 2); // [1, D, h, w]
        Tensor resized =
                Bilinear.resizeAntialiased(map, to.height(), to.width()).permute(0, 2, 3, 1);
        return Tap.mark("positions", resized).reshape(1, to.area(), dim);
    }
}
