package dev.fovea.dense.detect.twostage;

/** What makes a pyramid of one width out of a backbone's maps. */
public enum NeckKind {
    /** A feature pyramid network, and levels beyond the coarsest by leaving out every second cell. */
    FPN,
    /** The same with batch norm after every convolution. */
    FPN_NORMED,
    /** Nothing: the backbone's own pyramid is one already; levels that are missing are made as with {@link #FPN}. */
    BACKBONE
}
