package dev.fovea.pretrain.beit2;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** K-means on the sphere, where a codebook starts (microsoft/unilm beit2, norm_ema_quantizer.py). */
public final class CodebookStart {
    private static final int ROUNDS = 10;

    private CodebookStart() {}

    /**
     * @param means of unit length, {@code [K, C]}
     * @param bins tokens that the last round gave to each mean, {@code [K]}
     */
    public record Clusters(Tensor means, Tensor bins) {}

    /** Clusters of the tokens {@code [N, C]} of one process, all of unit length. */
    public static Clusters clusters(Tensor tokens, int count) {
        return clusters(tokens, count, Ranks.ONE);
    }

    /** The same over all processes; a mean that gets no token stays where it is. */
    static Clusters clusters(Tensor tokens, int count, Ranks ranks) {
        Clusters now = new Clusters(ranks.sample(tokens, count), null);
        for (int round = 0; round < ROUNDS; round++) {
            Tensor nearest = tokens.matmul(now.means.t()).argmax(new LongOptional(1), false);
            now = moved(now.means, tokens, nearest, ranks);
        }
        return now;
    }

    /** Each mean moved to the direction of the mean of its tokens. */
    static Clusters moved(Tensor means, Tensor tokens, Tensor nearest, Ranks ranks) {
        long k = means.size(0);
        Tensor bins = ranks.sum().apply(Tensors.zeros(k).index_add_(0, nearest, Tensors.ones(tokens.size(0))));
        Tensor sums = ranks.sum().apply(Tensors.zeros(k, tokens.size(1)).index_add_(0, nearest, tokens));
        Tensor directions =
                Sphere.project(sums.div(bins.clamp_min(new Scalar(1)).unsqueeze(1)));
        return new Clusters(torch.where(bins.eq(new Scalar(0)).unsqueeze(1), means, directions), bins);
    }
}
