package dev.fovea.dense.detect.twostage;

import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.roi.RegionUse;

/**
 * What of the scored regions is a result.
 *
 * @param lowestScore objects have more
 * @param iou overlap from which the worse of two boxes of a class goes, or loses score
 * @param soft whether it loses score by the overlap instead of going
 * @param most objects of an image
 * @param maskThreshold least probability of a pixel of the object
 */
public record ResultSettings(double lowestScore, double iou, boolean soft, int most, double maskThreshold) {
    public ResultSettings {
        Limits.share("lowestScore", lowestScore);
        Limits.share("iou", iou);
        Limits.positive("most", most);
        Limits.share("maskThreshold", maskThreshold);
    }

    /** Mask R-CNN's and the cascades'. */
    public static final ResultSettings USUAL = new ResultSettings(0.05, 0.5, false, 100, 0.5);

    /** HTC++'s. */
    public static final ResultSettings SOFT = new ResultSettings(0.001, 0.5, true, 100, 0.5);

    RegionUse build() {
        Suppression suppression = soft ? new SoftNms(iou) : new HardNms(iou);
        return new RegionUse(new ClasswiseNms(lowestScore, suppression, most), maskThreshold);
    }
}
