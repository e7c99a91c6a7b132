package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Weighted sums of bilinearly sampled values: the core of deformable attention (Zhu et al. 2021, section 4.1; ViT-Adapter
 * ops/functions/ms_deform_attn_func.py). Each query of each head is one bag of rows of an embedding table, four per sampled
 * point, weighted by attention times bilinear coefficient, so that no sampled value is ever written to memory. Against
 * {@code grid_sampler} per level, a product and a sum, that makes a step of the adapter twice as fast ({@code docs/results.md}).
 */
final class DeformableSampling {
    private static final long SUM = 0;

    private final Tensor start; // [L, 1], rows before each level
    private final Tensor width; // [L, 1]
    private final Tensor height; // [L, 1]

    /** @param like a tensor on the device of what will be sampled */
    DeformableSampling(List<MapSize> levels, Tensor like) {
        long l = levels.size();
        long[] starts = new long[levels.size()];
        for (int i = 1; i < starts.length; i++) {
            starts[i] = starts[i - 1] + levels.get(i - 1).area();
        }
        start = Tensors.beside(Tensors.of(starts, l, 1), like);
        width = Tensors.of(levels.stream().mapToDouble(MapSize::width).toArray(), l, 1)
                .to(like.device(), ScalarType.Float);
        height = Tensors.of(levels.stream().mapToDouble(MapSize::height).toArray(), l, 1)
                .to(like.device(), ScalarType.Float);
    }

    /**
     * @param value {@code [B, S, heads, d]}, the levels one after the other, each row-major
     * @param x column of each sampled point as a share of the level's width, {@code [B, Q, heads, L, points]}
     * @param y its row as a share of the height; outside the map values are zero
     * @param weights what each point counts, {@code [B, Q, heads, L, points]}
     * @return {@code [B, Q, heads d]}
     */
    Tensor sum(Tensor value, Tensor x, Tensor y, Tensor weights) {
        long b = value.size(0), s = value.size(1), heads = value.size(2), d = value.size(3), q = x.size(1);
        Axis across = Axis.of(x, width), down = Axis.of(y, height);
        Tensor table = Tensors.range(0, b, value)
                .mul(new Scalar(s * heads))
                .reshape(b, 1, 1, 1, 1)
                .add(Tensors.range(0, heads, value).reshape(1, 1, heads, 1, 1));
        List<Tensor> rows = new ArrayList<>();
        List<Tensor> shares = new ArrayList<>();
        for (Axis.Side row : down.sides()) {
            Tensor weighted = weights.mul(row.share());
            Tensor first = row.cell().mul(width);
            for (Axis.Side column : across.sides()) {
                Tensor cell = first.add(column.cell()).to(ScalarType.Long).add(start);
                rows.add(cell.mul(new Scalar(heads)).add(table));
                shares.add(weighted.mul(column.share()));
            }
        }
        long perBag = x.numel() / (b * q * heads) * rows.size();
        Tensor bags = Tensors.range(0, b * q * heads, value).mul(new Scalar(perBag));
        Tensor share = Tensors.stack(-1, shares).reshape(-1);
        Tensor cells = value.reshape(b * s * heads, d),
                chosen = Tensors.stack(-1, rows).reshape(-1);
        try (var summed =
                torch.embedding_bag(cells, chosen, bags, false, SUM, false, new TensorOptional(share), false)) {
            return new Tensor(summed.get0()).reshape(b, q, heads * d); // handles inside a native tuple die with it
        }
    }

    /** The two cells beside each point along one axis. */
    private record Axis(Side low, Side high) {
        /** Cell numbers inside the map, and the share of each, zero where the true cell lies outside. */
        record Side(Tensor cell, Tensor share) {}

        static Axis of(Tensor position, Tensor size) {
            Tensor at = position.mul(size).sub(new Scalar(0.5));
            Tensor below = at.detach().floor();
            Tensor above = at.sub(below);
            Tensor last = size.sub(new Scalar(1));
            return new Axis(
                    side(below, above.neg().add(new Scalar(1)), last), side(below.add(new Scalar(1)), above, last));
        }

        private static Side side(Tensor cell, Tensor share, Tensor last) {
            Tensor inside = cell.clamp_min(new Scalar(0)).minimum(last);
            return new Side(inside, share.mul(inside.eq(cell)));
        }

        List<Side> sides() {
            return List.of(low, high);
        }
    }
}
