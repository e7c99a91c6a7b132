package dev.fovea.backbone;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Which units of each image are hidden (He et al. 2022, section 3; facebookresearch/mae models_mae.py random_masking).
 *
 * @param kept indices of the visible units in shuffled order, int64 {@code [B, M]}
 * @param hidden 1 = hidden, 0 = visible, float32 {@code [B, N]}
 * @param restore place of every unit in "visible, then hidden" order, int64 {@code [B, N]}
 */
public record TokenMask(Tensor kept, Tensor hidden, Tensor restore) {
    /** Hides {@code ratio} of the units of each image, uniformly at random. */
    public static TokenMask random(long batch, long units, double ratio) {
        return fromNoise(Draws.uniform(batch, units), ratio);
    }

    /** Shows every unit, in order: a model made for masked images, looking at whole ones. */
    public static TokenMask nothingHidden(long batch, long units) {
        return fromNoise(Tensors.range(0, units).unsqueeze(0).expand(batch, units), 0);
    }

    /** Keeps the {@code int(N (1 - ratio))} units of smallest noise; {@code noise [B, N]}. */
    public static TokenMask fromNoise(Tensor noise, double ratio) {
        long b = noise.size(0), n = noise.size(1);
        long visible = (long) (n * (1 - ratio));
        if (visible < 1 || visible > n) {
            throw new IllegalArgumentException(
                    "mask ratio %s leaves %d of %d units visible; at least 1 must be".formatted(ratio, visible, n));
        }
        Tensor shuffle = torch.argsort(noise, true, 1, false);
        Tensor restore = torch.argsort(shuffle, true, 1, false);
        Tensor hidden = restore.ge(new Scalar(visible)).to(torch.ScalarType.Float);
        return new TokenMask(shuffle.narrow(1, 0, visible).contiguous(), hidden, restore);
    }

    /** The mask that hides what this one shows, and shows what it hides. */
    public TokenMask inverted() {
        Tensor shuffle = torch.argsort(restore, true, 1, false);
        long visible = visible(), rest = units() - visible;
        Tensor places = restore.add(new Scalar(rest)).remainder(new Scalar(units()));
        Tensor shown = hidden.neg().add(new Scalar(1));
        return new TokenMask(shuffle.narrow(1, visible, rest).contiguous(), shown, places);
    }

    public long batch() {
        return kept.size(0);
    }

    public long visible() {
        return kept.size(1);
    }

    public long units() {
        return hidden.size(1);
    }

    /** Rows of the visible units in a batch flattened to {@code [B N, ..]}: int64 {@code [B M]}. */
    public Tensor rows() {
        Tensor first = Tensors.range(0, batch()).mul(new Scalar(units())).unsqueeze(1);
        return kept.add(first).reshape(-1);
    }

    /** The visible units of {@code [B, N, D]} (or of {@code [1, N, D]}, shared by the batch): {@code [B, M, D]}. */
    public Tensor select(Tensor x) {
        long d = x.size(2);
        boolean shared = x.size(0) == 1 && batch() > 1;
        Tensor index = shared ? kept.reshape(-1) : rows();
        return x.reshape(-1, d).index_select(0, index).reshape(batch(), visible(), d);
    }

    /** What a table of all pairs of units holds of pairs of visible ones: {@code [N, N] -> [B, M, M]}. */
    public Tensor selectPairs(Tensor table) {
        Tensor rows = select(table.unsqueeze(0)); // [B, M, N]
        return rows.gather(2, kept.unsqueeze(1).expand(batch(), visible(), visible()), false);
    }

    /** Visible units back in their places, {@code token [1, 1, D]} everywhere else: {@code [B, M, D] -> [B, N, D]}. */
    public Tensor fill(Tensor x, Tensor token) {
        long d = x.size(2);
        Tensor tokens = token.to(x.scalar_type()).expand(batch(), units() - visible(), d);
        Tensor all = Tensors.cat(1, x, tokens).reshape(-1, d);
        Tensor first = Tensors.range(0, batch()).mul(new Scalar(units())).unsqueeze(1);
        return all.index_select(0, restore.add(first).reshape(-1)).reshape(batch(), units(), d);
    }
}
