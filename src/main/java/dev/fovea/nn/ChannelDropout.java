package dev.fovea.nn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Dropout of whole channels (Tompson et al. 2015): {@code [B, C, H, W] -> [B, C, H, W]}, survivors divided by the keep rate. */
public final class ChannelDropout extends Layer {
    private final double rate;

    public ChannelDropout(double rate) {
        require(rate >= 0 && rate < 1, "dropout %s is not in [0, 1)", rate);
        this.rate = rate;
    }

    @Override
    public Tensor forward(Tensor x) {
        if (rate == 0 || !is_training()) {
            return x;
        }
        double keep = 1 - rate;
        Tensor kept = Draws.kept(keep, x.size(0), x.size(1), 1, 1).div_(new Scalar(keep));
        return x.mul(kept.to(x.scalar_type()));
    }
}
