package dev.fovea.train.log;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One line of {@code metrics.jsonl}: where the run stands and what was measured there.
 *
 * @param step optimizer steps done
 * @param epoch passes over the data, with a fraction
 * @param stage what was going on, for instance {@code train} or {@code eval}
 * @param values name to value, in the order in which they are written
 */
public record MetricRow(long step, double epoch, String stage, Map<String, Double> values) {
    private static final Set<String> RESERVED = Set.of("step", "epoch", "stage");

    public MetricRow {
        if (step < 0) {
            throw new IllegalArgumentException("metric row: step %d is negative".formatted(step));
        }
        if (stage == null || stage.isBlank()) {
            throw new IllegalArgumentException("metric row at step %d: stage is empty".formatted(step));
        }
        for (Map.Entry<String, Double> value : values.entrySet()) {
            if (RESERVED.contains(value.getKey())) {
                throw new IllegalArgumentException("metric row at step %d: the name '%s' is taken by the row itself"
                        .formatted(step, value.getKey()));
            }
            if (value.getValue() == null) {
                throw new IllegalArgumentException(
                        "metric row at step %d: '%s' has no value".formatted(step, value.getKey()));
            }
        }
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
