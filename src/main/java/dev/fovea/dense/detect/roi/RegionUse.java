package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.box.ClasswiseNms;

/**
 * How scored regions become results.
 *
 * @param maskThreshold least probability of a pixel of the object
 */
public record RegionUse(ClasswiseNms nms, double maskThreshold) {}
