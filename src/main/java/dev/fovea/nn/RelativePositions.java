package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * Which rows of the tables of relative positions belong to the tokens of one forward pass, and the table that all of its
 * blocks share, if there is one; a block that has a table of its own adds the two.
 */
public final class RelativePositions {
    private final Tensor offsets;
    private final Tensor sharedTable;
    private final MapSize map;
    private final boolean once;
    private Tensor shared;

    /**
     * @param offsets rows for each pair of tokens, {@code [N, N]} or {@code [B, N, N]}
     * @param sharedTable {@code [rows, heads]} or null
     */
    public RelativePositions(Tensor offsets, Tensor sharedTable) {
        this(offsets, sharedTable, null);
    }

    /** Those of all cells of a map, for attention with tables of its rows and of its columns. */
    public static RelativePositions on(MapSize map) {
        return new RelativePositions(null, null, map);
    }

    private RelativePositions(Tensor offsets, Tensor sharedTable, MapSize map) {
        this.offsets = offsets;
        this.sharedTable = sharedTable;
        this.map = map;
        // Segments that are computed again pass their gradients on one by one: they may share a parameter, no graph.
        once = !Recompute.isOpen();
    }

    /** The map whose cells the tokens are; null where that has no meaning. */
    MapSize map() {
        return map;
    }

    /** {@code [.., heads, N, N]}, or null when there is neither a shared table nor an own one. */
    Tensor bias(Tensor ownTable) {
        if (sharedTable == null) {
            return ownTable == null ? null : RelativePositionBias.of(ownTable, offsets);
        }
        if (ownTable != null) {
            return RelativePositionBias.of(ownTable.add(sharedTable), offsets);
        }
        if (!once) {
            return RelativePositionBias.of(sharedTable, offsets);
        }
        if (shared == null) {
            shared = RelativePositionBias.of(sharedTable, offsets);
        }
        return shared;
    }
}
