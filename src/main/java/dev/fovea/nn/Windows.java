package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Square windows on a map of tokens; attention stays inside each (ViTDet, Li et al. 2022). A map that they do not cover
 * exactly is padded with zeros at its right and lower edge, and the padding takes its share of the softmax.
 *
 * @param side of a window, in tokens
 */
public record Windows(MapSize map, int side, Padding padding) {
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
    }

    /** {@code [B, N, D] -> [B windows, side side, D]}. */
    Tensor split(Tensor x) {
        long b = x.size(0), d = x.size(2);
        Tensor tokens = x.reshape(b, map.height(), map.width(), d);
        long below = (long) down() * side - map.height(), right = (long) across() * side - map.width();
        Tensor padded = below + right == 0 ? tokens : torch.constant_pad_nd(tokens, 0, 0, 0, right, 0, below);
        return padded.reshape(b, down(), side, across(), side, d)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b * down() * across(), (long) side * side, d);
    }

    /** Back again, without the padding: {@code [B windows, side side, D] -> [B, N, D]}. */
    Tensor join(Tensor x) {
        long b = x.size(0) / ((long) down() * across()), d = x.size(2);
        return x.reshape(b, down(), across(), side, side, d)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(b, (long) down() * side, (long) across() * side, d)
                .narrow(1, 0, map.height())
                .narrow(2, 0, map.width())
                .reshape(b, map.area(), d);
    }

    private int down() {
        return (map.height() + side - 1) / side;
    }

    private int across() {
        return (map.width() + side - 1) / side;
    }
}
