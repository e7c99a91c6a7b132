package dev.fovea.dense.segment;

import dev.fovea.backbone.Size;
import dev.fovea.nn.Bilinear;
import dev.fovea.tensor.NoGrad;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Class maps of photos in their original size (mmseg encoder_decoder.py inference and aug_test): logits, resized, then
 * softmax, un-flipped, and averaged over the views. The model is used as it is: put it in evaluation mode first.
 */
public final class SegmentationInference {
    private final UnaryOperator<Tensor> logits;
    private final boolean alignCorners;

    private SegmentationInference(UnaryOperator<Tensor> logits, boolean alignCorners) {
        this.logits = logits;
        this.alignCorners = alignCorners;
    }

    /** Every image goes through the model in one piece; {@code model} gives logits at the resolution of its input. */
    public static SegmentationInference whole(UnaryOperator<Tensor> model) {
        return new SegmentationInference(model, false);
    }

    public static SegmentationInference sliding(UnaryOperator<Tensor> model, SlidingWindow window) {
        return new SegmentationInference(images -> window.logits(model, images), false);
    }

    /** The same for heads that align corners when they resize. */
    public SegmentationInference aligning(boolean corners) {
        return new SegmentationInference(logits, corners);
    }

    /** Logits in the original size, still flipped as the input was: {@code [B, 3, H, W] -> [B, K, height, width]}. */
    public Tensor logits(Tensor images, Size original) {
        try (NoGrad off = new NoGrad()) {
            // float32 whatever the autocast: probabilities of 150 classes are small
            Tensor scores = logits.apply(images).to(ScalarType.Float);
            return Bilinear.resize(scores, original.height(), original.width(), alignCorners);
        }
    }

    /** Class probabilities {@code [B, K, height, width]}. */
    public Tensor probabilities(View view, Size original) {
        try (NoGrad off = new NoGrad()) {
            return view.flip().apply(logits(view.image(), original).softmax(1));
        }
    }

    /** Probabilities averaged over several views of the same photo. */
    public Tensor probabilities(List<View> views, Size original) {
        if (views.isEmpty()) {
            throw new IllegalArgumentException("test-time augmentation needs at least one view");
        }
        try (NoGrad off = new NoGrad()) {
            Tensor sum = probabilities(views.get(0), original);
            for (View view : views.subList(1, views.size())) {
                sum = sum.add(probabilities(view, original));
            }
            return sum.div(new Scalar((double) views.size()));
        }
    }

    /** The most probable class of every pixel: {@code [B, height, width]}, int64. */
    public static Tensor classes(Tensor probabilities) {
        return probabilities.argmax(new LongOptional(1), false);
    }
}
