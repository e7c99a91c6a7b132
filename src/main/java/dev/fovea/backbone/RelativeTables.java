package dev.fovea.backbone;

/** Where a transformer keeps its relative positions. */
public enum RelativeTables {
    /** A table in each block, for its window or for the whole grid. */
    BLOCK,
    /** One table for all blocks; with windows, one for those that have them and one for the others. */
    SHARED,
    /** A table in each block, added to the shared one. */
    BOTH,
    /** Two tables in each block, of rows and of columns, that go with the queries (ViTDet). */
    DECOMPOSED;

    boolean isShared() {
        return this == SHARED || this == BOTH;
    }

    boolean isOfBlocks() {
        return this == BLOCK || this == BOTH;
    }
}
