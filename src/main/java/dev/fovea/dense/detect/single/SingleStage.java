package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Backbone;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.nn.Losses;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A detector of boxes without proposals: backbone, feature pyramid, one head. */
public final class SingleStage extends Detector {
    private final Fpn neck;
    private final DenseHead head;

    public SingleStage(Backbone backbone, Fpn.Spec neck, DenseHead head) {
        super(backbone);
        this.neck = child("neck", new Fpn(neck));
        this.head = child("bbox_head", head);
    }

    @Override
    public int classes() {
        return head.classes();
    }

    @Override
    public boolean findsMasks() {
        return false;
    }

    @Override
    public Losses losses(Tensor images, List<GroundTruth> truths) {
        requireOnePerImage(images, truths, "truths");
        return head.losses(maps(images), truths);
    }

    @Override
    public List<DetectionResult> detect(Tensor images, List<ImageSize> sizes) {
        requireOnePerImage(images, sizes, "sizes");
        return head.detect(head.forward(maps(images)), sizes);
    }

    /** What the head is given: every level of the neck. */
    public List<Tensor> maps(Tensor images) {
        return neck.forward(backbone().pyramid(images).maps());
    }

    public DenseHead head() {
        return head;
    }
}
