package dev.fovea.train;

import java.util.Map;

/**
 * What one optimizer step measured, averaged over its micro-batches.
 *
 * @param parts the loss's parts by name
 * @param gradNorm length of the gradient before clipping
 */
record StepResult(double loss, Map<String, Double> parts, double lr, double gradNorm) {}
