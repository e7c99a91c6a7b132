package dev.fovea.dense.mask2former;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** From the queries of one prediction to what a user wants to see (Cheng et al. 2022, section 4). */
public final class MaskInference {
    private MaskInference() {}

    /**
     * Class scores of every pixel: class probabilities times mask probabilities, summed over queries (Cheng et al. 2021,
     * section 3.4): {@code [B, K, h, w]}, float32, not normalised.
     */
    public static Tensor semantic(MaskPrediction prediction) {
        Tensor masks = prediction.masks().to(ScalarType.Float);
        Tensor classes = classes(prediction).transpose(1, 2); // [B, K, Q]
        Tensor scores = classes.matmul(masks.sigmoid().flatten(2, 3));
        return scores.reshape(scores.size(0), scores.size(1), masks.size(2), masks.size(3));
    }

    /** Probabilities of the classes proper, {@code [B, Q, K]}: they sum to less than 1. */
    static Tensor classes(MaskPrediction prediction) {
        Tensor probabilities = prediction.classes().to(ScalarType.Float).softmax(-1);
        return probabilities.narrow(2, 0, probabilities.size(2) - 1);
    }
}
