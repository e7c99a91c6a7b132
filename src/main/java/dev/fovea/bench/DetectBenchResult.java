package dev.fovea.bench;

import java.util.Map;

/**
 * What a detector takes for an image.
 *
 * @param training a step: forward, backward, update
 * @param use looking for objects
 * @param memory most physical memory of the process, bytes
 */
public record DetectBenchResult(Parts training, Parts use, long memory) {
    /**
     * Medians of seconds.
     *
     * @param outside by name, what is spent outside the network's own layers
     */
    public record Parts(double seconds, Map<String, Double> outside) {
        public Parts {
            outside = Map.copyOf(outside);
        }

        /** The share of the time that is spent outside the network. */
        public double shareOutside() {
            return outside.values().stream().mapToDouble(Double::doubleValue).sum() / seconds;
        }
    }
}
