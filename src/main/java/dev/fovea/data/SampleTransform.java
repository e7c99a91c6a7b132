package dev.fovea.data;

/**
 * What happens to one sample on a worker thread. The result depends on nothing but the sample and the numbers drawn
 * from {@code rng}; the input is not written to.
 */
@FunctionalInterface
public interface SampleTransform<S, T> {
    T apply(S sample, Rng rng);

    default <U> SampleTransform<S, U> andThen(SampleTransform<? super T, ? extends U> next) {
        return (sample, rng) -> next.apply(apply(sample, rng), rng);
    }
}
