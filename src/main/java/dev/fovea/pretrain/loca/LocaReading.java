package dev.fovea.pretrain.loca;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What the networks make of a batch of views, in front of the heads.
 *
 * @param context the tokens of the reference that queries look at, {@code [B, M, D]}; null = none
 * @param assignments of all patches of the reference to prototypes, {@code [B N, K]}; null without clusters
 */
record LocaReading(List<Query> queries, Tensor context, Tensor assignments) {
    /**
     * Query views of one size, the first of every image before the second of any.
     *
     * @param tokens {@code [Q B, n, D]}
     * @param targets the reference's patch under each, -1 = none, int64 {@code [Q B, n]}
     * @param boxes valid, top, left, height, width, {@code [Q B, 5]}
     */
    record Query(Tensor tokens, Tensor targets, Tensor boxes) {}

    LocaReading withContext(Tensor other) {
        return new LocaReading(queries, other, assignments);
    }
}
