package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.HardNms;

/**
 * How scored regions become results.
 *
 * @param maskThreshold least probability of a pixel of the object
 */
public record RegionUse(ClasswiseNms nms, double maskThreshold) {
    /** Scores above 0.05, an IoU of 0.5, 100 objects. */
    public static final RegionUse USUAL = new RegionUse(new ClasswiseNms(0.05, new HardNms(0.5), 100), 0.5);
}
