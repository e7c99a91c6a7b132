package dev.fovea.dense.adapter;

import dev.fovea.nn.MapSize;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Maps of several sizes as one sequence of cells, and back. */
final class LevelMaps {
    private LevelMaps() {}

    /** {@code [B, D, h, w] -> [B, h w, D]}. */
    static Tensor tokens(Tensor map) {
        return map.flatten(2, 3).transpose(1, 2);
    }

    /** {@code [B, S, D] -> [B, D, h, w]} of each level. */
    static List<Tensor> split(Tensor cells, List<MapSize> levels) {
        List<Tensor> maps = new ArrayList<>();
        long from = 0;
        for (MapSize level : levels) {
            maps.add(map(cells.narrow(1, from, level.area()), level));
            from += level.area();
        }
        return maps;
    }

    /** {@code [B, h w, D] -> [B, D, h, w]}. */
    static Tensor map(Tensor cells, MapSize size) {
        return cells.transpose(1, 2).reshape(cells.size(0), cells.size(2), size.height(), size.width());
    }

    static MapSize sizeOf(Tensor map) {
        return new MapSize((int) map.size(2), (int) map.size(3));
    }
}
