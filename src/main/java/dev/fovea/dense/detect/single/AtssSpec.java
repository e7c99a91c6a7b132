package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.box.BoxCoder;
import java.util.List;

/**
 * ATSS (Zhang et al. 2020).
 *
 * @param frame what it shares with other detectors without proposals
 */
public record AtssSpec(DenseFrame frame, TargetRules targets, AtssHead.LossSettings losses, TestRules results)
        implements DetectorSpec {
    private static final List<Double> STDS = List.of(0.1, 0.1, 0.2, 0.2);
    private static final List<Double> MEANS = List.of(0.0, 0.0, 0.0, 0.0);

    @Override
    public Detector build(Backbone backbone, int classes) {
        AtssHead head = new AtssHead(
                frame.head(backbone, classes, targets, results), new BoxCoder(MEANS, STDS, true, 0), losses);
        return new SingleStage(backbone, frame.neck(backbone), head);
    }
}
