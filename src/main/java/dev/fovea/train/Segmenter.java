package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.dense.segment.SegmentationInference;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.dense.segment.SlidingWindow;
import dev.fovea.dense.segment.View;
import dev.fovea.recipe.Inference;
import dev.fovea.recipe.SegmentRecipe;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Segments images of any size as a recipe's inference block says; the model must be in evaluation mode. */
public final class Segmenter {
    private static final int WINDOWS_AT_ONCE = 8;

    private final SegmentationInference inference;
    private final Inference settings;

    public Segmenter(SegmentationModel model, SegmentRecipe recipe) {
        settings = recipe.inference();
        Size crop = recipe.backbone().imageSize();
        int stride = settings.stride() > 0 ? settings.stride() : Math.min(crop.height(), crop.width()) * 2 / 3;
        Size step = new Size(Math.min(stride, crop.height()), Math.min(stride, crop.width()));
        inference = SegmentationInference.sliding(model::forward, new SlidingWindow(crop, step, WINDOWS_AT_ONCE, true));
    }

    /**
     * The class of every pixel: int64 {@code [B, height, width]}.
     *
     * @param images normalised, {@code [B, 3, H, W]}
     * @param original the size of the answer
     */
    public Tensor classes(Tensor images, Size original) {
        List<View> views = View.ofScales(images, settings.scales(), settings.flip());
        boolean plain = views.size() == 1 && settings.scales().get(0) == 1;
        Tensor scores = plain ? inference.logits(images, original) : inference.probabilities(views, original);
        return SegmentationInference.classes(scores);
    }
}
