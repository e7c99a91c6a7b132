package dev.fovea.dense.detect.roi;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One axis of RoIAlign, which is separable: what each cell of the map counts in each of the s cells of a region. A region's
 * cell touches a run of neighbours in the map, so only runs are kept.
 *
 * @param first int64 {@code [R, s]}: where the run begins
 * @param weights float {@code [R, s, W]}: zero behind the end of the run
 * @param lengths int64 {@code [R]}: the longest run of each region, at most W
 */
record AxisWeights(Tensor first, Tensor weights, Tensor lengths) {
    /**
     * @param start where regions begin, in cells of the map, {@code [R]}
     * @param length how long they are, {@code [R]}
     * @param size cells of the map, int64 {@code [R]}: regions may lie in different maps
     */
    static AxisWeights of(Tensor start, Tensor length, Tensor size, RoiAlign how) {
        long r = start.size(0);
        Tensor bin = length.div(new Scalar((double) how.side()));
        Tensor count = how.samples() > 0
                ? torch.full_like(bin, new Scalar((double) how.samples()))
                : bin.ceil().clamp_min(new Scalar(0)); // [R]
        long most = r == 0 ? 1 : Math.max(1, (long) Tensors.item(count.max()));
        Tensor k = Tensors.range(0, most, start).to(ScalarType.Float).reshape(1, 1, most);
        Tensor cells = Tensors.range(0, how.side(), start).to(ScalarType.Float).reshape(1, -1, 1);
        Tensor binEach = bin.reshape(r, 1, 1), countEach = count.reshape(r, 1, 1);
        Tensor at = start.reshape(r, 1, 1)
                .add(cells.mul(binEach))
                .add(k.add(new Scalar(0.5)).mul(binEach).div(countEach.clamp_min(new Scalar(1)))); // [R, s, S]
        Tensor sampled = k.lt(countEach);
        Tensor end = size.to(ScalarType.Float).reshape(r, 1, 1);
        Tensor inside = sampled.logical_and(at.ge(new Scalar(-1.0))).logical_and(at.le(end));
        Tensor last = end.sub(new Scalar(1.0));
        Tensor on = at.clamp_min(new Scalar(0.0)).minimum(last); // beyond the last centre its value counts alone
        Tensor below = on.floor();
        Tensor high = on.sub(below);
        Tensor share = inside.to(ScalarType.Float).div(countEach.clamp_min(new Scalar(1)));
        Tensor low = torch.where(sampled, below, below.narrow(2, 0, 1)).to(ScalarType.Long);
        return spread(low, share.mul(high.neg().add(new Scalar(1.0))), share.mul(high));
    }

    /** Sums the shares of all samples up per cell of the map. */
    private static AxisWeights spread(Tensor low, Tensor lowShare, Tensor highShare) {
        long r = low.size(0), side = low.size(1);
        Tensor first = low.select(2, 0);
        Tensor place = low.sub(first.unsqueeze(2)); // [R, s, S]
        Tensor lengths = r == 0
                ? first.reshape(-1)
                : place.reshape(r, -1).amax(new long[] {1}, false).add(new Scalar(2)); // [R]
        long widest = r == 0 ? 2 : (long) Tensors.item(lengths.max());
        Tensor weights = torch.zeros(new long[] {r, side, widest}, lowShare.options())
                .scatter_add(2, place, lowShare)
                .scatter_add(2, place.add(new Scalar(1)), highShare);
        return new AxisWeights(first, weights, lengths);
    }

    /**
     * The same as matrices over a window of each region's axis, {@code [R, s, length]}.
     *
     * @param from where the windows begin, int64 {@code [R]}; what counts beyond their end counts for its last cell
     */
    Tensor within(Tensor from, long length) {
        long w = weights.size(2);
        Tensor places = first.sub(from.unsqueeze(1))
                .unsqueeze(2)
                .add(Tensors.range(0, w, first).reshape(1, 1, w))
                .clamp_max(new Scalar(length - 1));
        return torch.zeros(new long[] {first.size(0), first.size(1), length}, weights.options())
                .scatter_add(2, places, weights);
    }
}
