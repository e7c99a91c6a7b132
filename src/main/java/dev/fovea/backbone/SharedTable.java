package dev.fovea.backbone;

import dev.fovea.nn.Layer;
import org.bytedeco.pytorch.Tensor;

/** Holds a table of relative positions that several blocks share, under the released name. */
final class SharedTable extends Layer {
    private final Tensor table;

    SharedTable(Tensor table) {
        this.table = parameter("relative_position_bias_table", table);
    }

    Tensor table() {
        return table;
    }
}
