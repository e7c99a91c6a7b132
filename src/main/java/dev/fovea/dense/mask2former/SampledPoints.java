package dev.fovea.dense.mask2former;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Values of maps at points (x, y) in [0, 1], and the choice of points (PointRend, Kirillov et al. 2020). */
final class SampledPoints {
    private static final int BILINEAR = 0;
    private static final int ZEROS = 0;

    private SampledPoints() {}

    /** {@code [N, C, H, W]} at {@code [N, P, 2]} to {@code [N, C, P]}: bilinear, zero outside. */
    static Tensor of(Tensor maps, Tensor points) {
        Tensor grid = points.mul(new Scalar(2)).sub(new Scalar(1)).unsqueeze(1); // [N, 1, P, 2]
        return torch.grid_sampler(maps, grid, BILINEAR, ZEROS, false).squeeze(2);
    }

    /** The same for one map each: {@code [N, H, W] -> [N, P]}. */
    static Tensor ofEach(Tensor maps, Tensor points) {
        return of(maps.unsqueeze(1), points).squeeze(1);
    }

    /**
     * Points where mask logits {@code [G, h, w]} are closest to 0, among more candidates than wanted, and some anywhere
     * (Cheng et al. 2022, section 3.3): {@code [G, points, 2]}.
     *
     * @param oversample candidates for each wanted point
     * @param importance share of the points that is chosen so
     */
    static Tensor uncertain(Tensor masks, int points, double oversample, double importance) {
        try (NoGrad off = new NoGrad()) {
            long g = masks.size(0);
            int candidates = (int) (points * oversample), chosen = (int) (importance * points);
            Tensor drawn = Draws.uniform(g, candidates, 2).to(masks.device(), torch.ScalarType.Float);
            Tensor certainty = ofEach(masks, drawn).abs(); // [G, candidates]
            Tensor nearest =
                    Tensors.pair(certainty.topk(chosen, 1, false, false)).second(); // [G, chosen]
            Tensor kept = drawn.gather(1, nearest.unsqueeze(2).expand(g, chosen, 2));
            if (chosen == points) {
                return kept;
            }
            Tensor anywhere = Draws.uniform(g, points - chosen, 2).to(kept);
            return Tensors.cat(1, kept, anywhere);
        }
    }
}
