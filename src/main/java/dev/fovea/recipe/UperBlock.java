package dev.fovea.recipe;

import java.util.List;
import java.util.Optional;

/**
 * UperNet ({@code type: uper}, Xiao et al. 2018, as in mmsegmentation) on the backbone's pyramid.
 *
 * @param poolScales grids of the pyramid pooling module
 * @param dropout of whole channels in front of the classifier
 * @param auxiliary an FCN head that helps to train one level
 */
public record UperBlock(
        @Default("512") int channels,
        @Default("[1, 2, 3, 6]") List<Integer> poolScales,
        @Default("0.1") double dropout,
        Optional<Auxiliary> auxiliary)
        implements SegmentHead {
    public UperBlock {
        Rule.positive("channels", channels);
        poolScales = List.copyOf(poolScales);
        Rule.that(
                !poolScales.isEmpty() && poolScales.stream().allMatch(s -> s > 0),
                "poolScales %s is not a list of sides above 0",
                poolScales);
        Rule.that(dropout >= 0 && dropout < 1, "dropout %s is not in [0, 1)", dropout);
    }

    /**
     * @param level which map of the pyramid, 0 = the finest
     * @param weight factor of its loss
     */
    public record Auxiliary(
            @Default("256") int channels,
            @Default("2") int level,
            @Default("0.4") double weight,
            @Default("0.1") double dropout) {
        public Auxiliary {
            Rule.positive("channels", channels);
            Rule.that(level >= 0 && level < 4, "level %d is not in 0..3", level);
            Rule.positive("weight", weight);
            Rule.that(dropout >= 0 && dropout < 1, "dropout %s is not in [0, 1)", dropout);
        }
    }
}
