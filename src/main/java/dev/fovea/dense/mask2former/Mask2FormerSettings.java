package dev.fovea.dense.mask2former;

import dev.fovea.dense.Limits;
import dev.fovea.dense.Norm;
import java.util.List;

/**
 * What a configuration of Mask2Former chooses, whatever it looks for and on whatever backbone.
 *
 * @param channels of everything inside
 * @param heads of all attentions
 * @param queries each of which gives one mask
 * @param groups of the pixel decoder's group norms
 * @param encoder of the pixel decoder, on its three coarsest maps
 * @param decoder of the queries
 */
public record Mask2FormerSettings(
        int channels, int heads, int queries, int groups, Encoder encoder, Decoder decoder, Loss loss) {
    private static final int LEVELS = 3;
    private static final double DICE_EPS = 1;

    /**
     * @param points that a query looks at, per level and head
     * @param hidden width of the feed-forward networks
     */
    public record Encoder(int layers, int points, int hidden) {
        public Encoder {
            Limits.positive("layers", layers);
            Limits.positive("points", points);
            Limits.positive("hidden", hidden);
        }
    }

    /** @param hidden width of the feed-forward networks */
    public record Decoder(int layers, int hidden) {
        public Decoder {
            Limits.positive("layers", layers);
            Limits.positive("hidden", hidden);
        }
    }

    /**
     * What losses and matching count.
     *
     * @param points at which masks are compared
     * @param oversample candidates for each of them
     * @param importance share of the points that is chosen for being uncertain
     * @param noObject weight of queries without a mask among the classes
     */
    public record Loss(
            int points,
            double oversample,
            double importance,
            double classes,
            double masks,
            double dice,
            double noObject) {
        public Loss {
            Limits.positive("points", points);
            Limits.atLeast("oversample", oversample, 1);
            Limits.share("importance", importance);
            Limits.atLeast("classes", classes, 0);
            Limits.atLeast("masks", masks, 0);
            Limits.atLeast("dice", dice, 0);
            Limits.positive("noObject", noObject);
        }
    }

    public Mask2FormerSettings {
        Limits.positive("heads", heads);
        Limits.positive("queries", queries);
        Limits.positive("groups", groups);
        if (channels < 1 || channels % heads != 0 || channels % groups != 0 || channels % 4 != 0) {
            throw new IllegalArgumentException("channels %d is not a multiple of heads %d, of groups %d and of 4"
                    .formatted(channels, heads, groups));
        }
    }

    /** @param widths channels of the backbone's maps, fine to coarse */
    public Mask2Former network(List<Integer> widths, int classes) {
        SinePositions positions = SinePositions.ofWidth(channels);
        return new Mask2Former(new Mask2FormerSpec(
                widths,
                classes,
                channels,
                channels,
                queries,
                LEVELS,
                new Mask2FormerSpec.Encoder(encoder.layers, heads, encoder.points, encoder.hidden, positions),
                new Mask2FormerSpec.Decoder(decoder.layers, heads, decoder.hidden, positions),
                Norm.group(groups),
                false));
    }

    /** Matches are searched by the weights of the losses. */
    public MaskCriterion criterion(int classes) {
        List<Double> weights =
                MaskCriterion.Spec.of(classes, loss.points, loss.noObject).classWeights();
        MaskCriterion.Costs costs = new MaskCriterion.Costs(loss.classes, loss.masks, loss.dice, DICE_EPS);
        return new MaskCriterion(
                new MaskCriterion.Spec(weights, costs, costs, loss.points, loss.oversample, loss.importance, false));
    }
}
