package dev.fovea.dense.adapter;

import dev.fovea.dense.LevelMaps;
import dev.fovea.nn.MapSize;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Where the queries of a cross attention stand, and what they look at.
 *
 * @param queries maps whose cells, one map after the other, are the queries
 * @param centres of those cells (x, y) as shares of the image, {@code [1, Q, 1, 2]}: alike for all levels
 * @param levels maps that are looked at
 */
public record Places(List<MapSize> queries, Tensor centres, List<MapSize> levels) {
    /** @param beside a tensor on the device of the tokens */
    public static Places of(List<MapSize> queries, List<MapSize> levels, Tensor beside) {
        return new Places(queries, LevelMaps.centres(queries, beside), levels);
    }
}
