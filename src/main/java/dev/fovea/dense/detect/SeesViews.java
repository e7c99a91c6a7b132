package dev.fovea.dense.detect;

import dev.fovea.dense.detect.box.Suppression;
import java.util.List;

/** Detectors whose scored boxes can be had before any is suppressed, and masks of boxes that are given. */
public interface SeesViews {
    /**
     * What is in one image: the scored boxes of all views put together and then suppressed once, each mask the mean over all
     * views. Call it without gradients and in evaluation mode.
     *
     * @param most objects that are kept
     */
    DetectionResult detect(List<ImageView> views, Suppression suppression, int most);
}
