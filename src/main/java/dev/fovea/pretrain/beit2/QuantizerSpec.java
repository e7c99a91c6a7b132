package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Check;

/**
 * A codebook and how it is learned (Peng et al. 2022, section 2.2).
 *
 * @param codes entries K
 * @param dim width C of an entry
 * @param commitment weight of the term that draws features to their codes
 * @param decay of the moving averages: of the codebook with {@link Learning#EMA}, and of how often each code is chosen
 * @param restartAfter a code that no token has chosen in so many steps becomes a token of the batch; 0 = never, as published
 */
public record QuantizerSpec(
        int codes, int dim, double commitment, Learning learning, double decay, Start start, int restartAfter) {
    /** How the codebook follows the features. */
    public enum Learning {
        /** Each code moves to the mean of its tokens (as released). */
        EMA,
        /** By the gradient of {@code ||sg[z] - l2(e)||^2} (as the paper writes it). */
        GRADIENT
    }

    /** Where the codebook starts. */
    public enum Start {
        /** At the means of the first batch's tokens. */
        KMEANS,
        /** Anywhere on the sphere. */
        RANDOM
    }

    public QuantizerSpec {
        Check.that(codes >= 2, "codes %d is below 2", codes);
        Check.that(dim >= 1, "dim %d is below 1", dim);
        Check.that(commitment >= 0, "commitment %s is below 0", commitment);
        Check.that(decay >= 0 && decay < 1, "decay %s is not in [0, 1)", decay);
        Check.that(restartAfter >= 0, "restartAfter %d is below 0", restartAfter);
    }
}
