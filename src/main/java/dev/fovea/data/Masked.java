package dev.fovea.data;

/** An image with the class of each of its pixels. */
public record Masked<X>(X image, LabelMap mask) {
    /** The transform of an image that moves no pixel, applied beside a mask that stays as it is. */
    public static <X, Y> SampleTransform<Masked<X>, Masked<Y>> lift(SampleTransform<X, Y> transform) {
        return (sample, rng) -> new Masked<>(transform.apply(sample.image(), rng), sample.mask());
    }
}
