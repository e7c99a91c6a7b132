package dev.fovea.dense.adapter;

import dev.fovea.nn.MapSize;
import dev.fovea.tensor.Tensors;
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
    public static Places of(List<MapSize> queries, List<MapSize> levels) {
        int cells = (int) queries.stream().mapToLong(MapSize::area).sum();
        float[] centres = new float[2 * cells];
        int next = 0;
        for (MapSize map : queries) {
            for (int i = 0; i < map.area(); i++) {
                centres[next++] = (i % map.width() + 0.5f) / map.width();
                centres[next++] = (i / map.width() + 0.5f) / map.height();
            }
        }
        return new Places(queries, Tensors.of(centres, 1, cells, 1, 2), levels);
    }
}
