package dev.fovea.pretrain.itpn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How far predicted features are from a teacher's: a mean over everything but the channels, a float32 scalar. */
public enum FeatureDistance {
    /** Mean over the channels of the squared difference. */
    MSE {
        @Override
        Tensor of(Tensor prediction, Tensor target) {
            return prediction.to(ScalarType.Float).sub(target).square().mean();
        }
    },
    /** Mean over the channels of Huber's loss, whose bend is at 1. */
    SMOOTH_L1 {
        @Override
        Tensor of(Tensor prediction, Tensor target) {
            return torch.smooth_l1_loss(prediction.to(ScalarType.Float), target);
        }
    },
    /** 1 - the cosine of the angle. */
    COSINE {
        @Override
        Tensor of(Tensor prediction, Tensor target) {
            return torch.cosine_similarity(prediction.to(ScalarType.Float), target, -1, 1e-8)
                    .mean()
                    .neg()
                    .add(new Scalar(1));
        }
    };

    /** {@code [.., W]} each; the target is float32 and has no gradient. */
    abstract Tensor of(Tensor prediction, Tensor target);
}
