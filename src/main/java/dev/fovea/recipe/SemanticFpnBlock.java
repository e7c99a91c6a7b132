package dev.fovea.recipe;

/**
 * Semantic FPN ({@code type: semantic-fpn}, Kirillov et al. 2019, as in mmsegmentation) on the backbone's pyramid.
 *
 * @param neckChannels of the feature pyramid
 * @param channels of the convolutions behind it
 * @param dropout of whole channels in front of the classifier
 */
public record SemanticFpnBlock(
        @Default("256") int neckChannels, @Default("128") int channels, @Default("0.1") double dropout)
        implements SegmentHead {
    public SemanticFpnBlock {
        Rule.positive("neckChannels", neckChannels);
        Rule.positive("channels", channels);
        Rule.that(dropout >= 0 && dropout < 1, "dropout %s is not in [0, 1)", dropout);
    }
}
