package dev.fovea.dense.mask2former;

import dev.fovea.dense.Norm;
import java.util.List;

/**
 * The settings of the network.
 *
 * @param widths channels of the backbone's maps, fine to coarse
 * @param channels of everything inside
 * @param maskChannels of the map that masks are products with
 * @param levels how many maps, from the coarsest, the encoder and the queries look at
 * @param norm of the pixel decoder's convolutions
 * @param projectsInput whether the queries see the levels through a convolution of their own
 */
public record Mask2FormerSpec(
        List<Integer> widths,
        int classes,
        int channels,
        int maskChannels,
        int queries,
        int levels,
        Encoder encoder,
        Decoder decoder,
        Norm norm,
        boolean projectsInput) {
    /**
     * The deformable encoder of the pixel decoder.
     *
     * @param points sampled per query, head and level
     * @param hidden width of the feed-forward networks
     */
    public record Encoder(int layers, int heads, int points, int hidden, SinePositions positions) {}

    /**
     * The decoder of the queries; one prediction more than layers.
     *
     * @param hidden width of the feed-forward networks
     */
    public record Decoder(int layers, int heads, int hidden, SinePositions positions) {}

    public Mask2FormerSpec {
        widths = List.copyOf(widths);
        if (levels < 1 || levels > widths.size()) {
            throw new IllegalArgumentException(
                    "mask2former: levels %d are not 1 to %d, the number of maps".formatted(levels, widths.size()));
        }
        if (classes < 1 || queries < 1) {
            throw new IllegalArgumentException(
                    "mask2former: classes %d and queries %d are not above 0".formatted(classes, queries));
        }
        requireWidth("encoder", encoder.positions(), channels);
        requireWidth("decoder", decoder.positions(), channels);
    }

    private static void requireWidth(String part, SinePositions positions, int channels) {
        if (2 * positions.feats() != channels) {
            throw new IllegalArgumentException("mask2former: the %s's positions are %d wide, its channels %d"
                    .formatted(part, 2 * positions.feats(), channels));
        }
    }
}
