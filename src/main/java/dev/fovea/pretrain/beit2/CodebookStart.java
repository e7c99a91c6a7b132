package dev.fovea.pretrain.beit2;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

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
            TokenSums given =
                    TokenSums.none(count, tokens.size(1)).add(tokens, nearest).overAll(ranks);
            now = new Clusters(given.directions(now.means), given.bins());
        }
        return now;
    }
}
