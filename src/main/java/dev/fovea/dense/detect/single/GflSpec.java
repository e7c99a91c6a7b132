package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;

/**
 * Generalised focal loss (Li et al. 2020).
 *
 * @param frame what it shares with other detectors without proposals
 */
public record GflSpec(DenseFrame frame, TargetRules targets, GflHead.LossSettings losses, TestRules results)
        implements DetectorSpec {
    @Override
    public Detector build(Backbone backbone, int classes) {
        GflHead head = new GflHead(frame.head(backbone, classes, targets, results), losses);
        return new SingleStage(backbone, frame.neck(backbone), head);
    }
}
