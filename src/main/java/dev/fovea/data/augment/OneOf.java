package dev.fovea.data.augment;

import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import java.util.List;

/** One of several ways, each equally likely (mmdetection 2.x {@code AutoAugment}). */
public record OneOf<S>(List<SampleTransform<S, S>> ways) implements SampleTransform<S, S> {
    public OneOf {
        ways = List.copyOf(ways);
        if (ways.isEmpty()) {
            throw new IllegalArgumentException("no transform to choose from");
        }
    }

    @Override
    public S apply(S sample, Rng rng) {
        return ways.get(ways.size() == 1 ? 0 : rng.integer(0, ways.size())).apply(sample, rng);
    }
}
