package dev.fovea.data.instance;

/**
 * Something in an annotation file that cannot be used.
 *
 * @param place image and annotation, as far as they are known, and the file where several are listed together
 */
public record BadAnnotation(Kind kind, String place, String reason) {
    /** What was wrong, for counting. */
    public enum Kind {
        INCOMPLETE("incomplete annotations"),
        DUPLICATE_ID("repeated annotation ids"),
        MISSING_IMAGE("missing images"),
        WITHOUT_IMAGE("annotations without an image"),
        UNKNOWN_CATEGORY("unknown categories"),
        BROKEN_BOX("broken boxes"),
        ZERO_SIZE("zero-size objects"),
        OUTSIDE("boxes outside their image"),
        BROKEN_MASK("broken masks");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }
    }

    @Override
    public String toString() {
        return place + ": " + reason;
    }

    /** The same, told with its file. */
    public BadAnnotation in(String file) {
        return new BadAnnotation(kind, file + ", " + place, reason);
    }

    /** How a count of this kind reads: {@code 3 broken boxes}. */
    static String count(Kind kind, long count) {
        return count + " " + kind.plural;
    }
}
