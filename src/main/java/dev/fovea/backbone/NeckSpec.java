package dev.fovea.backbone;

/**
 * The feature-pyramid neck of iTPN (Tian et al. 2023, section 3.2).
 *
 * @param kind what its blocks are made of
 * @param dim channels of every level
 * @param depth blocks between a level and the next finer one
 */
public record NeckSpec(Kind kind, int dim, int depth, double mlpRatio) {
    /** What decides whether cells meet in the neck. */
    public enum Kind {
        /** Channel MLPs: cells never meet, so that hidden units cannot leak into visible ones. */
        MLP,
        /** 3 x 3 convolutions on the dense grid, hidden units zero there: the paper's ablation. */
        CONVOLUTION
    }

    public NeckSpec {
        Check.that(dim >= 1, "dim %d is below 1", dim);
        Check.that(depth >= 0, "depth %d is below 0", depth);
        Check.that(mlpRatio > 0, "mlpRatio %s is not above 0", mlpRatio);
    }
}
