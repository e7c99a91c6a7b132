package dev.fovea.recipe;

/**
 * To which size images are padded, at the right and at the bottom, in training and in testing.
 *
 * @param multiple both sides become multiples of this
 * @param square all images become squares of this side, for networks that take one size; 0 = as large as they must be
 */
public record PaddingBlock(@Default("32") int multiple, @Default("0") int square) {
    public PaddingBlock {
        Rule.positive("multiple", multiple);
        Rule.notNegative("square", square);
        Rule.that(square % multiple == 0, "square %d is not divisible by multiple %d", square, multiple);
    }
}
