package dev.fovea.pretrain.beit2;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The tokens that each code was given.
 *
 * @param bins how many, {@code [K]}
 * @param sums their sum, {@code [K, C]}
 */
record TokenSums(Tensor bins, Tensor sums) {
    static TokenSums none(long codes, long dim) {
        return new TokenSums(Tensors.zeros(codes), Tensors.zeros(codes, dim));
    }

    /** Adds tokens {@code [N, C]}, each to its code {@code [N]}. */
    TokenSums add(Tensor tokens, Tensor codes) {
        bins.index_add_(0, codes, Tensors.ones(tokens.size(0)));
        sums.index_add_(0, codes, tokens);
        return this;
    }

    TokenSums overAll(Ranks ranks) {
        return new TokenSums(ranks.sum().apply(bins), ranks.sum().apply(sums));
    }

    /** The direction of the mean of each code's tokens; a code without tokens stays where it is, {@code [K, C]}. */
    Tensor directions(Tensor codebook) {
        Tensor means = Sphere.project(sums.div(bins.clamp_min(new Scalar(1)).unsqueeze(1)));
        return torch.where(bins.eq(new Scalar(0)).unsqueeze(1), codebook, means);
    }

    void clear() {
        bins.zero_();
        sums.zero_();
    }
}
