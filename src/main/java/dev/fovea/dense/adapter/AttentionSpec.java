package dev.fovea.dense.adapter;

import dev.fovea.backbone.Check;
import dev.fovea.nn.DeformableAttention;

/**
 * How the two streams look at each other.
 *
 * @param reach what a query looks at
 * @param points sampled per query, head and level; global attention has none and leaves it alone
 * @param ratio width of the values, as a share of the tokens' width
 */
public record AttentionSpec(Reach reach, int heads, int points, double ratio) {
    public enum Reach {
        DEFORMABLE,
        /** Every query looks at every cell: an ablation. */
        GLOBAL
    }

    public AttentionSpec {
        Check.that(heads >= 1, "heads %d is below 1", heads);
        Check.that(points >= 1, "points %d is below 1", points);
        Check.that(ratio > 0, "ratio %s is not above 0", ratio);
    }

    DeformableAttention.Spec deformable(int dim, int levels) {
        return new DeformableAttention.Spec(dim, levels, heads, points, ratio);
    }

    GlobalAttention global(int dim) {
        return new GlobalAttention(dim, heads, (int) (dim * ratio));
    }
}
