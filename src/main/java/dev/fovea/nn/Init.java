package dev.fovea.nn;

import dev.fovea.tensor.NoGrad;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/** Weight initialisation, in place, drawn from libtorch's generator. */
public final class Init {
    /** erf(1 / sqrt 2): the share of a normal distribution within one standard deviation. */
    private static final double ERF_OF_ONE = 0.6826894921370859;

    private Init() {}

    /** Uniform in ±sqrt(6 / (fanIn + fanOut)) with the tensor read as {@code [out, everything else]} (Glorot 2010). */
    public static void xavierUniform(Tensor weight) {
        long out = weight.size(0);
        long in = weight.numel() / out;
        uniform(weight, Math.sqrt(6.0 / (in + out)));
    }

    /** The same for a convolution {@code [out, in, k, k]}: its field counts on both sides. */
    public static void xavierUniformConv(Tensor weight) {
        long field = weight.numel() / (weight.size(0) * weight.size(1));
        uniform(weight, Math.sqrt(6.0 / ((weight.size(0) + weight.size(1)) * field)));
    }

    /** Normal, of variance 2 / (fanIn + fanOut), for matrices {@code [out, in]}. */
    public static void xavierNormal(Tensor weight) {
        normal(weight, Math.sqrt(2.0 / (weight.size(0) + weight.size(1))));
    }

    /** Uniform in ±sqrt(3 / fanIn): variance 1 / fanIn (mmcv caffe2_xavier_init). */
    public static void uniformOfUnitGain(Tensor weight) {
        uniform(weight, Math.sqrt(3.0 * weight.size(0) / weight.numel()));
    }

    /** Uniform in ±bound. */
    private static void uniform(Tensor x, double bound) {
        try (NoGrad off = new NoGrad()) {
            x.uniform_(-bound, bound, null);
        }
    }

    /** PyTorch's default for convolutions and linear layers: uniform in ±1/sqrt(fanIn), weight and bias alike. */
    public static void fanIn(Tensor x, long fanIn) {
        uniform(x, 1.0 / Math.sqrt(fanIn));
    }

    /** He initialisation for ReLU (2015), normal form, on fan-out: std = sqrt(2 / fanOut). */
    public static void kaimingNormalFanOut(Tensor weight) {
        long receptive = weight.numel() / (weight.size(0) * weight.size(1));
        normal(weight, Math.sqrt(2.0 / (weight.size(0) * receptive)));
    }

    public static void normal(Tensor x, double std) {
        try (NoGrad off = new NoGrad()) {
            x.normal_(0, std, null);
        }
    }

    /**
     * timm's trunc_normal_. Its cut is at ±2 absolute, a hundred standard deviations for the usual 0.02, so the values are
     * drawn from the whole normal and the tail is clamped: the cheaper way to the same distribution.
     */
    public static void truncNormal(Tensor x, double std) {
        if (std > 0.5) {
            throw new IllegalArgumentException("clamping at 2 is no truncation for a standard deviation of " + std);
        }
        try (NoGrad off = new NoGrad()) {
            x.normal_(0, std, null).clamp_(new ScalarOptional(new Scalar(-2.0)), new ScalarOptional(new Scalar(2.0)));
        }
    }

    /** A normal distribution cut off at one standard deviation (BEiT's pre-training code), by its inverse. */
    public static void truncNormalAtOne(Tensor x, double std) {
        try (NoGrad off = new NoGrad()) {
            x.uniform_(-ERF_OF_ONE, ERF_OF_ONE, null).erfinv_().mul_(new Scalar(std * Math.sqrt(2)));
        }
    }

    /** A normal that was cut at two of its own standard deviations and then brought to {@code std} (JAX's lecun_normal). */
    public static void cutNormal(Tensor x, double std) {
        double share = 0.95449973610364158; // of a normal within two standard deviations
        double narrower = 0.87962566103423978; // its standard deviation after the cut
        try (NoGrad off = new NoGrad()) {
            x.uniform_(-share, share, null).erfinv_().mul_(new Scalar(Math.sqrt(2) * std / narrower));
        }
    }

    public static void zeros(Tensor x) {
        try (NoGrad off = new NoGrad()) {
            x.zero_();
        }
    }

    /** Takes the values of another tensor of the same shape. */
    public static void copy(Tensor x, Tensor values) {
        try (NoGrad off = new NoGrad()) {
            x.copy_(values);
        }
    }

    public static void constant(Tensor x, double value) {
        try (NoGrad off = new NoGrad()) {
            x.fill_(new Scalar(value));
        }
    }

    /** How the linear layers of a model start. */
    public enum Scheme {
        /** MAE pre-training: Xavier uniform, zero bias. */
        XAVIER,
        /** timm fine-tuning: truncated normal of 0.02, zero bias. */
        TRUNC_NORMAL;

        /** Re-draws every linear weight of the model; norms, convolutions and tokens keep what they have. */
        public void apply(Layer model) {
            model.linears().forEach(linear -> {
                if (this == XAVIER) {
                    xavierUniform(linear.weight());
                } else {
                    truncNormal(linear.weight(), 0.02);
                }
                if (linear.bias() != null) {
                    zeros(linear.bias());
                }
            });
        }
    }
}
