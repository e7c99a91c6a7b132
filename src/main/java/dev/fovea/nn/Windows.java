package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Square windows on a map of tokens; attention stays inside each (ViTDet, Li et al. 2022). A map that they do not cover
 * exactly is padded with zeros at its right and lower edge, and the padding takes its share of the softmax.
 *
 * @param side of a window, in tokens
 * @param shift rows and columns by which the windows are moved down and to the right; those at the edges wrap around, and
 *     tokens that are no neighbours do not see each other (Swin, Liu et al. 2021, section 3.2)
 */
public record Windows(MapSize map, int side, Padding padding, int shift) {
    /** What the zeros stand for; both are in the two copies of ViT-Adapter. */
    public enum Padding {
        /** Tokens, to whose queries and values biases are added (BEiT). */
        TOKENS,
        /** Queries, keys and values themselves (plain ViT). */
        PROJECTED
    }

    public Windows {
        if (side < 1) {
            throw new IllegalArgumentException("windows of %d tokens a side are too small".formatted(side));
        }
        if (shift < 0 || shift >= side) {
            throw new IllegalArgumentException("shift %d is not below the windows' side %d".formatted(shift, side));
        }
    }

    /** Windows that are not shifted. */
    public Windows(MapSize map, int side, Padding padding) {
        this(map, side, padding, 0);
    }

    /** {@code [B, N, D] -> [B windows, side side, D]}. */
    Tensor split(Tensor x) {
        long b = x.size(0), d = x.size(2);
        Tensor tokens = x.reshape(b, map.height(), map.width(), d);
        long below = (long) down() * side - map.height(), right = (long) across() * side - map.width();
        Tensor padded = below + right == 0 ? tokens : torch.constant_pad_nd(tokens, 0, 0, 0, right, 0, below);
        Tensor moved = shift == 0 ? padded : padded.roll(new long[] {-shift, -shift}, 1, 2);
        return moved.reshape(b, down(), side, across(), side, d)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b * down() * across(), (long) side * side, d);
    }

    /** Back again, without the padding: {@code [B windows, side side, D] -> [B, N, D]}. */
    Tensor join(Tensor x) {
        long b = x.size(0) / ((long) down() * across()), d = x.size(2);
        Tensor joined = x.reshape(b, down(), across(), side, side, d)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b, (long) down() * side, (long) across() * side, d);
        Tensor moved = shift == 0 ? joined : joined.roll(new long[] {shift, shift}, 1, 2);
        return moved.narrow(1, 0, map.height()).narrow(2, 0, map.width()).reshape(b, map.area(), d);
    }

    /**
     * A bias, and minus infinity between tokens of shifted windows that are no neighbours: {@code [heads, n, n]} or null in,
     * {@code [B windows, heads or 1, n, n]} out; as it came where nothing is shifted.
     *
     * @param tokens {@code [B, N, D]}
     */
    Tensor masked(Tensor bias, Tensor tokens) {
        if (shift == 0) {
            return bias;
        }
        long windows = (long) down() * across(), n = (long) side * side;
        Tensor part =
                part(down()).mul(new Scalar(3)).unsqueeze(1).add(part(across()).unsqueeze(0));
        Tensor parts = Tensors.beside(
                part.reshape(down(), side, across(), side).permute(0, 2, 1, 3).reshape(windows, n), tokens);
        Tensor strangers = parts.unsqueeze(1).ne(parts.unsqueeze(2)); // [windows, n, n]
        Tensor mask = torch.zeros(new long[] {windows, 1, n, n}, tokens.options())
                .masked_fill(strangers.unsqueeze(1), new Scalar(Double.NEGATIVE_INFINITY))
                .repeat(tokens.size(0), 1, 1, 1);
        return bias == null ? mask : mask.add(bias.to(mask.scalar_type()));
    }

    /** Which of the three stretches of a rolled axis each place belongs to: those that were neighbours before. */
    private Tensor part(int count) {
        long[] parts = new long[count * side];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = i < parts.length - side ? 0 : i < parts.length - shift ? 1 : 2;
        }
        return Tensors.of(parts, parts.length);
    }

    private int down() {
        return (map.height() + side - 1) / side;
    }

    private int across() {
        return (map.width() + side - 1) / side;
    }
}
