package dev.fovea.backbone;

/** Rules of spec records. */
public final class Check {
    private Check() {}

    /** A width that is shared evenly by its heads. */
    public static void heads(String name, int width, int heads) {
        that(width >= 1, "%s %d is below 1", name, width);
        that(heads >= 1, "heads %d is below 1", heads);
        that(width % heads == 0, "%s %d is not divisible by heads %d", name, width, heads);
    }

    /** An image of whole patches. */
    public static void patches(Size imageSize, int patchSize) {
        that(patchSize >= 1, "patchSize %d is below 1", patchSize);
        that(imageSize.isDivisibleBy(patchSize), "imageSize %s is not divisible by patchSize %d", imageSize, patchSize);
    }

    /** A hidden layer as a multiple of its width. */
    public static void mlpRatio(double mlpRatio) {
        that(mlpRatio > 0, "mlpRatio %s is not above 0", mlpRatio);
    }

    /** A share of units to hide, which leaves some hidden and some visible. */
    public static void maskRatio(double maskRatio) {
        that(maskRatio > 0 && maskRatio < 1, "maskRatio %s is not in (0, 1)", maskRatio);
    }

    public static void that(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }
}
