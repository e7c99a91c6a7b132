package dev.fovea.bench;

/** What is timed. */
public enum BenchWork {
    /** Forward, backward, update. */
    STEP,
    /** A forward pass without gradients. */
    FORWARD
}
