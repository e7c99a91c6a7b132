package dev.fovea.dense.adapter;

import dev.fovea.dense.LevelMaps;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.MapSize;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The feed-forward part of an extractor: linear, a depthwise convolution that all levels share, GELU, linear;
 * {@code [B, S, D] -> [B, S, D]}.
 */
final class ConvFfn extends Layer {
    private final Linear fc1;
    private final Depthwise dwconv;
    private final Linear fc2;

    ConvFfn(int dim, int hidden) {
        fc1 = child("fc1", new Linear(dim, hidden));
        dwconv = child("dwconv", new Depthwise(hidden));
        fc2 = child("fc2", new Linear(hidden, dim));
        Init.Scheme.TRUNC_NORMAL.apply(this);
    }

    Tensor forward(Tensor c, List<MapSize> levels) {
        return fc2.forward(torch.gelu(dwconv.forward(fc1.forward(c), levels)));
    }

    private static final class Depthwise extends Layer {
        private final Conv2d dwconv;

        Depthwise(int dim) {
            dwconv = child(
                    "dwconv", new Conv2d(dim, dim, Conv2d.Shape.kernel(3).same().grouped(dim)));
            Init.normal(dwconv.weight(), Math.sqrt(2.0 / 9)); // fan-out of a depthwise 3 x 3 kernel
            Init.zeros(dwconv.bias());
        }

        Tensor forward(Tensor x, List<MapSize> levels) {
            List<Tensor> mixed = new ArrayList<>();
            for (Tensor map : LevelMaps.split(x, levels)) {
                mixed.add(LevelMaps.tokens(dwconv.forward(map)));
            }
            return Tensors.cat(1, mixed);
        }
    }
}
