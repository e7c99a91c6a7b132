package dev.fovea.recipe;

import dev.fovea.dense.mask2former.Mask2FormerSettings;

/**
 * Mask2Former ({@code type: mask2former}, Cheng et al. 2022, as in ViT-Adapter's configurations) on the backbone's pyramid,
 * the parameters as in {@link Mask2FormerSettings}.
 *
 * @param slowQueries whether layer-wise decay gives queries, and what reads them, the rate of the patch embedding, as
 *     the released code does
 */
public record Mask2FormerBlock(
        int channels,
        int heads,
        int queries,
        int groups,
        Mask2FormerSettings.Encoder encoder,
        Mask2FormerSettings.Decoder decoder,
        Mask2FormerSettings.Loss loss,
        boolean slowQueries)
        implements SegmentHead {
    /** As published. */
    static final String DEFAULTS = "channels: 256, heads: 8, queries: 100, groups: 32,"
            + " encoder: {layers: 6, points: 4, hidden: 1024}, decoder: {layers: 9, hidden: 2048},"
            + " loss: {points: 12544, oversample: 3, importance: 0.75, classes: 2, masks: 5, dice: 5, noObject: 0.1}";

    public Mask2FormerBlock {
        new Mask2FormerSettings(channels, heads, queries, groups, encoder, decoder, loss); // has the rules
    }

    public Mask2FormerSettings settings() {
        return new Mask2FormerSettings(channels, heads, queries, groups, encoder, decoder, loss);
    }
}
