package dev.fovea.nn;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Stochastic depth (Huang et al. 2016): a whole branch is dropped per sample, survivors are divided by the keep rate. */
public final class DropPath extends Layer {
    private final double rate;

    public DropPath(double rate) {
        require(rate >= 0 && rate < 1, "drop path %s is not in [0, 1)", rate);
        this.rate = rate;
    }

    @Override
    public Tensor forward(Tensor x) {
        if (rate == 0 || !is_training()) {
            return x;
        }
        long[] shape = new long[(int) x.dim()];
        Arrays.fill(shape, 1);
        shape[0] = x.size(0);
        double keep = 1 - rate;
        return x.mul(Draws.kept(keep, shape).div_(new Scalar(keep)).to(x.scalar_type()));
    }

    /** Rates that grow linearly from 0 to {@code rate} over {@code blocks} blocks. */
    public static double[] schedule(double rate, int blocks) {
        double[] rates = new double[blocks];
        for (int i = 0; i < blocks; i++) {
            rates[i] = blocks == 1 ? 0 : rate * i / (blocks - 1);
        }
        return rates;
    }
}
