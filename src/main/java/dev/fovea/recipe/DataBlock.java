package dev.fovea.recipe;

import java.util.List;

/**
 * The images of a run.
 *
 * @param fraction share of the training images that is used, the same share of each class
 * @param draw which draw of that share, for spreads over several draws
 * @param measureOn which images scores are taken on
 * @param cacheBytes decoded images of each split that are kept in memory, up to this many bytes; 0 = none
 * @param maxBadShare a run stops when a larger share of the files cannot be decoded
 * @param mean subtracted from each channel (0..1 scale); the default is ImageNet's
 * @param std divides each channel afterwards; the default is ImageNet's
 */
public record DataBlock(
        DataSource source,
        @Default("1") double fraction,
        @Default("0") int draw,
        @Default("val") Measured measureOn,
        @Default("0") long cacheBytes,
        @Default("0.01") double maxBadShare,
        @Default("[0.485, 0.456, 0.406]") List<Double> mean,
        @Default("[0.229, 0.224, 0.225]") List<Double> std) {
    /** Images that a model is measured on. */
    public enum Measured {
        VAL,
        /** Those that it learns from, which shows whether it can learn them by heart. */
        TRAIN
    }

    public DataBlock {
        Rule.that(fraction > 0 && fraction <= 1, "fraction %s is not in (0, 1]", fraction);
        Rule.notNegative("draw", draw);
        Rule.notNegative("cacheBytes", cacheBytes);
        Rule.share("maxBadShare", maxBadShare);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        Rule.that(mean.size() == 3, "mean %s is not one number for each of 3 channels", mean);
        Rule.that(
                std.size() == 3 && std.stream().allMatch(s -> s > 0),
                "std %s is not one number above 0 for each of 3 channels",
                std);
    }

    void requireVal() {
        Rule.that(hasVal(), "data.source names no validation images, which this stage is measured on");
    }

    /** Whether there are images to be measured on. */
    public boolean hasVal() {
        return source.hasVal() || measureOn == Measured.TRAIN;
    }
}
