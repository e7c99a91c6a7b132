package dev.fovea.recipe;

/**
 * One linear layer on the patch tokens of the last block ({@code type: linear}, Segmenter's linear decoder).
 *
 * @param dropout of whole channels in front of it
 */
public record LinearBlock(@Default("0") double dropout) implements SegmentHead {
    public LinearBlock {
        Rule.that(dropout >= 0 && dropout < 1, "dropout %s is not in [0, 1)", dropout);
    }
}
