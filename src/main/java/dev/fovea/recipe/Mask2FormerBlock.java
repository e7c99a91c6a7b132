package dev.fovea.recipe;

/**
 * Mask2Former ({@code type: mask2former}, Cheng et al. 2022, as in ViT-Adapter's configurations) on the backbone's pyramid.
 *
 * @param channels of everything inside
 * @param heads of all attentions
 * @param queries each of which gives one mask
 * @param groups of the pixel decoder's group norms
 * @param encoder of the pixel decoder, on its three coarsest maps
 * @param decoder of the queries
 * @param slowQueries whether layer-wise decay gives queries, and what reads them, the rate of the patch embedding, as
 *     the released code does
 */
public record Mask2FormerBlock(
        @Default("256") int channels,
        @Default("8") int heads,
        @Default("100") int queries,
        @Default("32") int groups,
        @Default("{}") Encoder encoder,
        @Default("{}") Decoder decoder,
        @Default("{}") Loss loss,
        @Default("true") boolean slowQueries)
        implements SegmentHead {
    public Mask2FormerBlock {
        Rule.positive("heads", heads);
        Rule.positive("queries", queries);
        Rule.positive("groups", groups);
        Rule.that(
                channels > 0 && channels % heads == 0 && channels % groups == 0 && channels % 4 == 0,
                "channels %d is not a multiple of heads %d, of groups %d and of 4",
                channels,
                heads,
                groups);
    }

    /**
     * @param points that a query looks at, per level and head
     * @param hidden width of the feed-forward networks
     */
    public record Encoder(@Default("6") int layers, @Default("4") int points, @Default("1024") int hidden) {
        public Encoder {
            Rule.positive("layers", layers);
            Rule.positive("points", points);
            Rule.positive("hidden", hidden);
        }
    }

    /** @param hidden width of the feed-forward networks */
    public record Decoder(@Default("9") int layers, @Default("2048") int hidden) {
        public Decoder {
            Rule.positive("layers", layers);
            Rule.positive("hidden", hidden);
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
            @Default("12544") int points,
            @Default("3") double oversample,
            @Default("0.75") double importance,
            @Default("2") double classes,
            @Default("5") double masks,
            @Default("5") double dice,
            @Default("0.1") double noObject) {
        public Loss {
            Rule.positive("points", points);
            Rule.that(oversample >= 1, "oversample %s is below 1", oversample);
            Rule.share("importance", importance);
            Rule.notNegative("classes", classes);
            Rule.notNegative("masks", masks);
            Rule.notNegative("dice", dice);
            Rule.positive("noObject", noObject);
        }
    }
}
