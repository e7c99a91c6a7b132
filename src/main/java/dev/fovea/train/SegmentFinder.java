package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Padding;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.query.Mask2FormerDetector;
import dev.fovea.dense.mask2former.MaskInference.PanopticRule;
import dev.fovea.recipe.PaddingBlock;
import dev.fovea.recipe.PanopticInference;
import java.util.List;

/** Cuts an image into segments as a recipe's inference block says; the model must be in evaluation mode. */
public final class SegmentFinder {
    private final Mask2FormerDetector model;
    private final PanopticRule rule;
    private final Padded padded;

    public SegmentFinder(Mask2FormerDetector model, PanopticInference settings, PaddingBlock padding) {
        this.model = model;
        rule = new PanopticRule(settings.score(), settings.visible(), settings.onlyInside());
        padded = new Padded(padding);
    }

    /** To which sizes its images are padded. */
    public Padding padding() {
        return padded.padding();
    }

    /**
     * @param image at the scale of the recipe
     * @param original the size of the image's file, which the segments have
     */
    public Panoptic cut(TestBatch.Scale image, Size original) {
        Size content = new Size(image.height(), image.width());
        ImageSize size = new ImageSize(content, padded.of(content), original);
        return model.segments(image.image(), List.of(size), rule).get(0);
    }
}
