package dev.fovea.train;

import java.util.Map;

/**
 * How a run ended.
 *
 * @param scores of the last evaluation; empty without one
 * @param finished false when the run was stopped before its last step
 */
public record RunResult(RunState state, double lastLoss, Map<String, Double> scores, boolean finished) {}
