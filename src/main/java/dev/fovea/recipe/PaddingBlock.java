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

    /**
     * A rule of recipes, whose component {@code padding} this is.
     *
     * @param longest side of the images that come from {@code key}
     */
    void requireRoom(int longest, String key) {
        Rule.that(
                square == 0 || longest <= square,
                "padding.square %d has no room for the sides of %d that %s makes",
                square,
                longest,
                key);
    }

    /** The same: all padded sides are multiples of this. */
    void requireDivisible(int divisor, String reason) {
        Rule.that(
                (square > 0 ? square : multiple) % divisor == 0,
                "padding.%s %d is not divisible by %d: %s",
                square > 0 ? "square" : "multiple",
                square > 0 ? square : multiple,
                divisor,
                reason);
    }
}
