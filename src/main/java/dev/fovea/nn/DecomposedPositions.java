package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Relative positions by rows and by columns (MViTv2, Li et al. 2022, section 4.1, as ViTDet has them): each logit gains
 * {@code q R_h[dy] + q R_w[dx]}, with the query as it is before scaling. The bias is never written out: queries carry their
 * products with the tables, and keys say in which row and column they stand.
 *
 * @param rows {@code [2h - 1, d]}; resized, linearly, for a map of another height
 * @param columns {@code [2w - 1, d]}
 */
record DecomposedPositions(Tensor rows, Tensor columns) {
    /** Queries and keys, {@code [B, heads, N, d + h + w]}, whose products are the logits. */
    record Joint(Tensor queries, Tensor keys) {}

    /** Tables that start at zero, for a map of this size. */
    static DecomposedPositions zeros(MapSize map, int headDim) {
        return new DecomposedPositions(
                Tensors.zeros(2L * map.height() - 1, headDim), Tensors.zeros(2L * map.width() - 1, headDim));
    }

    /** @param q and k, {@code [B, heads, h w, d]} each */
    Joint join(Tensor q, Tensor k, double scale, MapSize map) {
        long b = q.size(0), heads = q.size(1), d = q.size(3), h = map.height(), w = map.width();
        Tensor cells = q.reshape(b, heads, h, w, d);
        Tensor byRow = cells.permute(2, 0, 1, 3, 4)
                .reshape(h, b * heads * w, d)
                .matmul(offsets(rows, h).transpose(1, 2)) // [h, B heads w, h]
                .reshape(h, b, heads, w, h)
                .permute(1, 2, 0, 3, 4)
                .reshape(b, heads, h * w, h);
        Tensor byColumn = cells.permute(3, 0, 1, 2, 4)
                .reshape(w, b * heads * h, d)
                .matmul(offsets(columns, w).transpose(1, 2)) // [w, B heads h, w]
                .reshape(w, b, heads, h, w)
                .permute(1, 2, 3, 0, 4)
                .reshape(b, heads, h * w, w);
        Tensor places = places(map, k).expand(b, heads, h * w, h + w);
        return new Joint(
                Tensors.cat(3, q.mul(new Scalar(scale)), byRow.to(q.scalar_type()), byColumn.to(q.scalar_type())),
                Tensors.cat(3, k, places));
    }

    /** The vector of each pair of places along one axis: {@code [2n - 1, d] -> [n, n, d]}. */
    private static Tensor offsets(Tensor table, long n) {
        long length = 2 * n - 1, d = table.size(1);
        Tensor fitting = table.size(0) == length
                ? table
                : torch.upsample_linear1d(table.transpose(0, 1).unsqueeze(0), new long[] {length}, false)
                        .squeeze(0)
                        .transpose(0, 1);
        Tensor places = Tensors.range(0, n, table);
        Tensor offset = places.unsqueeze(1).sub(places.unsqueeze(0)).add(new Scalar(n - 1)); // [n, n]
        return fitting.index_select(0, offset.reshape(-1)).reshape(n, n, d);
    }

    /** One in the row and one in the column of each cell: {@code [h w, h + w]}. */
    private static Tensor places(MapSize map, Tensor like) {
        int h = map.height(), w = map.width();
        float[] ones = new float[h * w * (h + w)];
        for (int i = 0; i < h * w; i++) {
            ones[i * (h + w) + i / w] = 1;
            ones[i * (h + w) + h + i % w] = 1;
        }
        return Tensors.of(ones, (long) h * w, h + w).to(like.device(), like.scalar_type());
    }
}
