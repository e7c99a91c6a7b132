package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The reference formulation of deformable attention's core: one {@code grid_sampler} per level, a product with the weights,
 * a sum (mmcv ops/multi_scale_deform_attn.py). {@link DeformableSampling} is measured and tested against it.
 */
final class GridSampling {
    private static final long BILINEAR = 0;
    private static final long ZEROS = 0;

    private GridSampling() {}

    /** Arguments and result as those of {@link DeformableSampling#sum}. */
    static Tensor sum(List<MapSize> levels, Tensor value, Tensor x, Tensor y, Tensor weights) {
        long b = value.size(0), heads = value.size(2), d = value.size(3), q = x.size(1);
        Tensor grid = Tensors.stack(-1, List.of(x, y)).mul(new Scalar(2)).sub(new Scalar(1)); // [B, Q, heads, L, P, 2]
        List<Tensor> sampled = new ArrayList<>();
        long first = 0;
        for (int i = 0; i < levels.size(); i++) {
            MapSize level = levels.get(i);
            Tensor map = value.narrow(1, first, level.area())
                    .permute(0, 2, 3, 1)
                    .reshape(b * heads, d, level.height(), level.width());
            Tensor places = grid.select(3, i).transpose(1, 2).flatten(0, 1); // [B heads, Q, P, 2]
            sampled.add(torch.grid_sampler(map, places, BILINEAR, ZEROS, false)); // [B heads, d, Q, P]
            first += level.area();
        }
        Tensor each = weights.transpose(1, 2).reshape(b * heads, 1, q, -1);
        return Tensors.cat(3, sampled)
                .mul(each)
                .sum(-1)
                .reshape(b, heads * d, q)
                .transpose(1, 2);
    }
}
