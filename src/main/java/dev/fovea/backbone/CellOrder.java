package dev.fovea.backbone;

import org.bytedeco.pytorch.Tensor;

/** In which order the cells of a unit stand. */
public enum CellOrder {
    /** Row by row. */
    ROWS {
        @Override
        public Tensor inRows(Tensor x) {
            return x;
        }
    },
    /** As {@link NestedUnits} has them. */
    NESTED {
        @Override
        public Tensor inRows(Tensor x) {
            return NestedUnits.rowMajor(x).flatten(2, 3);
        }
    };

    /** The cells row by row: {@code [B, U, s s, C] -> [B, U, s s, C]}. */
    public abstract Tensor inRows(Tensor x);
}
