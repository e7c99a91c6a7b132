package dev.fovea.pretrain.beit2;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How often the codes of a codebook are chosen in training; part of a checkpoint, so that a resumed run counts on. */
public final class CodeUsage extends Layer {
    private final Tensor average;
    private final Tensor counts;
    private final Tensor idle;
    private final double decay;

    CodeUsage(int codes, double decay) {
        average = buffer("average", Tensors.zeros(codes));
        counts = buffer("counts", Tensors.zeros(2, codes).to(ScalarType.Long));
        idle = buffer("idle", Tensors.zeros(codes).to(ScalarType.Long));
        this.decay = decay;
    }

    /** Takes in how many tokens of a step chose each code, {@code [K]}. */
    public void add(Tensor bins) {
        try (NoGrad off = new NoGrad()) {
            average.mul_(new Scalar(decay)).add_(bins, new Scalar(1 - decay));
            counts.select(0, 0).add_(bins.to(ScalarType.Long));
            idle.add_(new Scalar(1)).masked_fill_(bins.gt(new Scalar(0)), new Scalar(0));
        }
    }

    /** From here on {@link #counts} are those of the epoch that has just ended. */
    public void endEpoch() {
        try (NoGrad off = new NoGrad()) {
            counts.select(0, 1).copy_(counts.select(0, 0));
            counts.select(0, 0).zero_();
        }
    }

    /** Codes that have not been chosen for so many steps, whose wait starts anew: bool {@code [K]}. */
    Tensor takeIdle(int steps) {
        Tensor waited = idle.ge(new Scalar(steps));
        idle.masked_fill_(waited, new Scalar(0));
        return waited;
    }

    /** Choices of each code in the last whole epoch, or so far in the first one: int64 {@code [K]}. */
    public Tensor counts() {
        Tensor last = counts.select(0, 1);
        return Tensors.item(last.sum()) > 0 ? last : counts.select(0, 0);
    }

    /** The share of the codes that {@link #counts} says were chosen at all, a scalar. */
    public Tensor used() {
        return counts().gt(new Scalar(0)).to(ScalarType.Float).mean();
    }

    /**
     * How many codes the moving average is spread over: e to the power of its entropy, a scalar between 1 and K.
     */
    public Tensor effective() {
        Tensor share = average.div(average.sum().clamp_min(new Scalar(Float.MIN_NORMAL)));
        return share.mul(share.clamp_min(new Scalar(Float.MIN_NORMAL)).log())
                .sum()
                .neg()
                .exp();
    }

    /** The moving average of tokens per step, {@code [K]} (the released code's cluster_size). */
    public Tensor average() {
        return average;
    }
}
