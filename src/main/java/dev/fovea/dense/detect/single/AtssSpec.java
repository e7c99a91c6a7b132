package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.box.BoxCoder;

/**
 * ATSS (Zhang et al. 2020).
 *
 * @param frame what it shares with other detectors without proposals
 */
public record AtssSpec(DenseFrame frame, TargetRules targets, AtssHead.LossSettings losses, TestRules results)
        implements DetectorSpec {
    private static final BoxCoder CODER = BoxCoder.of(0.1, 0.1, 0.2, 0.2);

    @Override
    public Detector build(Backbone backbone, int classes) {
        AtssHead head = new AtssHead(frame.head(backbone, classes, targets, results), CODER, losses);
        return new SingleStage(backbone, frame.neck(backbone), head);
    }
}
