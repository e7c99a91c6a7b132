package dev.fovea.dense;

import dev.fovea.nn.MapSize;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Maps of several sizes as one sequence of cells, and back. */
public final class LevelMaps {
    private LevelMaps() {}

    /** {@code [B, D, h, w] -> [B, h w, D]}. */
    public static Tensor tokens(Tensor map) {
        return map.flatten(2, 3).transpose(1, 2);
    }

    /** {@code [B, S, D] -> [B, D, h, w]} of each level. */
    public static List<Tensor> split(Tensor cells, List<MapSize> levels) {
        List<Tensor> maps = new ArrayList<>();
        long from = 0;
        for (MapSize level : levels) {
            maps.add(map(cells.narrow(1, from, level.area()), level));
            from += level.area();
        }
        return maps;
    }

    /** {@code [B, h w, D] -> [B, D, h, w]}. */
    public static Tensor map(Tensor cells, MapSize size) {
        return cells.transpose(1, 2).reshape(cells.size(0), cells.size(2), size.height(), size.width());
    }

    public static MapSize sizeOf(Tensor map) {
        return new MapSize((int) map.size(2), (int) map.size(3));
    }

    /**
     * Centres (x, y) of all cells as shares of the image, alike for all levels that are looked at, on the device of another
     * tensor: {@code [1, S, 1, 2]}.
     */
    public static Tensor centres(List<MapSize> levels, Tensor beside) {
        int cells = (int) levels.stream().mapToLong(MapSize::area).sum();
        float[] centres = new float[2 * cells];
        int next = 0;
        for (MapSize map : levels) {
            for (int i = 0; i < map.area(); i++) {
                centres[next++] = (i % map.width() + 0.5f) / map.width();
                centres[next++] = (i / map.width() + 0.5f) / map.height();
            }
        }
        return Tensors.beside(Tensors.of(centres, 1, cells, 1, 2), beside);
    }
}
