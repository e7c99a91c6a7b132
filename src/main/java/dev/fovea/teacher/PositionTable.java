package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import dev.fovea.weights.PosEmbedResize;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A file's position table for a square grid behind a class token, brought to the grid at which a teacher is used. */
final class PositionTable {
    private PositionTable() {}

    /** DINO's rule: unchanged only on the grid that the table was made for. {@code [1, 1 + n, D] -> [1, 1 + N, D]}. */
    static Tensor forGrid(Tensor table, Size grid) {
        int side = side(table);
        Tensor single = table.to(ScalarType.Float); // OpenAI's archives hold halves
        return PosEmbedResize.resizeWhileRunning(single, 1, new int[] {side, side}, grid.sides());
    }

    /** The rule of CLIP in BEiT v2: unchanged where there are as many patches, in whatever rows and columns. */
    static Tensor forCount(Tensor table, Size grid) {
        return table.size(1) == 1 + grid.area() ? table : forGrid(table, grid);
    }

    private static int side(Tensor table) {
        long cells = table.size(1) - 1;
        int side = (int) Math.round(Math.sqrt(cells));
        if ((long) side * side != cells) {
            throw new IllegalArgumentException(
                    "the position table has %d rows behind its class token, which is no square grid".formatted(cells));
        }
        return side;
    }
}
