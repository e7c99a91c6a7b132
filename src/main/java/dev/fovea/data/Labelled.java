package dev.fovea.data;

/** An image with the number of its class. */
public record Labelled<X>(X image, int label) {
    /** The transform of an image, applied beside a label that stays as it is. */
    public static <X, Y> SampleTransform<Labelled<X>, Labelled<Y>> lift(SampleTransform<X, Y> transform) {
        return (sample, rng) -> new Labelled<>(transform.apply(sample.image(), rng), sample.label());
    }
}
