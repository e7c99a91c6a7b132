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
    private static final int CROPS_AT_ONCE = 8;

    private final SegmentationModel model;
    private final boolean flip;
    private final Size crop;
    private final Size stride;

    public Segmenter(SegmentationModel model, SegmentRecipe recipe) {
        this.model = model;
        Inference settings = recipe.inference();
        flip = settings.flip();
        crop = recipe.backbone().imageSize();
        int step = settings.stride() > 0 ? settings.stride() : Math.min(crop.height(), crop.width()) * 2 / 3;
        stride = new Size(Math.min(step, crop.height()), Math.min(step, crop.width()));
    }

    private SegmentationInference inference(long images) {
        int windows = (int) Math.max(1, CROPS_AT_ONCE / images);
        return SegmentationInference.sliding(model::forward, new SlidingWindow(crop, stride, windows, true));
    }

    /**
     * The class of every pixel: int64 {@code [B, height, width]}.
     *
     * @param scales normalised images at each scale of the recipe, {@code [B, 3, H_s, W_s]}
     * @param original the size of the answer
     */
    public Tensor classes(List<Tensor> scales, Size original) {
        SegmentationInference inference = inference(scales.get(0).size(0));
        boolean plain = scales.size() == 1 && !flip;
        Tensor scores = plain
                ? inference.logits(scales.get(0), original) // softmax would not change which is largest
                : inference.probabilities(View.ofScales(scales, flip), original);
        return SegmentationInference.classes(scores);
    }

    /** The probability of every class at every pixel: {@code [B, K, height, width]}. */
    Tensor probabilities(List<Tensor> scales, Size original) {
        return inference(scales.get(0).size(0)).probabilities(View.ofScales(scales, flip), original);
    }
}
