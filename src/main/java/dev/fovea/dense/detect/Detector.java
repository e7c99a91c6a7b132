package dev.fovea.dense.detect;

import dev.fovea.backbone.Backbone;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A network that finds objects: backbone, neck and heads, children {@code backbone}, {@code neck} and whatever heads. */
public abstract class Detector extends Layer {
    private final Backbone backbone;

    protected Detector(Backbone backbone) {
        this.backbone = child("backbone", backbone);
    }

    public final Backbone backbone() {
        return backbone;
    }

    /** Number of classes that it tells apart. */
    public abstract int classes();

    /** Whether it finds masks beside boxes, and wants them of {@link GroundTruth}. */
    public abstract boolean findsMasks();

    /** The loss on a batch of normalised images {@code [B, 3, H, W]}, its parts under the reference's names. */
    public abstract Losses losses(Tensor images, List<GroundTruth> truths);

    /** What it finds in each image of a batch; call it without gradients and in evaluation mode. */
    public abstract List<DetectionResult> detect(Tensor images, List<ImageSize> sizes);

    protected static void requireOnePerImage(Tensor images, List<?> given, String what) {
        require(images.size(0) == given.size(), "%d %s for a batch of %d images", given.size(), what, images.size(0));
    }
}
