package dev.fovea.dense.detect.roi;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The mask of a region: convolutions, twice the resolution, a 1 x 1 convolution: {@code [R, C, s, s] -> [R, K, 2s, 2s]}
 * (mmdet mask_heads/fcn_mask_head.py, htc_mask_head.py).
 */
public final class MaskHead extends Layer {
    private final MaskHeadSpec spec;
    private final List<ConvModule> convs;
    private final ConvTranspose2d upsample; // null where nothing is learned
    private final Conv2d convLogits;
    private final ConvModule convRes;

    public MaskHead(MaskHeadSpec spec) {
        this.spec = spec;
        Conv2d.Shape shape =
                spec.norm().withoutIdleBias(Conv2d.Shape.kernel(spec.kernel()).same());
        List<ConvModule> modules = new ArrayList<>();
        for (int i = 0; i < spec.convs(); i++) {
            modules.add(
                    new ConvModule(i == 0 ? spec.width() : spec.channels(), spec.channels(), shape, spec.norm(), true));
        }
        convs = childList("convs", modules);
        int in = spec.convs() > 0 ? spec.channels() : spec.width();
        boolean learned = spec.upsampling() == MaskHeadSpec.Upsampling.TRANSPOSED;
        upsample = learned ? child("upsample", new ConvTranspose2d(in, spec.channels(), 2)) : null;
        int last = learned ? spec.channels() : in;
        convLogits =
                child("conv_logits", new Conv2d(last, spec.agnostic() ? 1 : spec.classes(), Conv2d.Shape.kernel(1)));
        convRes =
                spec.reads() ? child("conv_res", new ConvModule(spec.channels(), spec.channels(), 1, Norm.NONE)) : null;
        if (learned) {
            Init.kaimingNormalFanOut(upsample.weight());
            Init.zeros(upsample.bias());
        }
        Init.kaimingNormalFanOut(convLogits.weight());
        Init.zeros(convLogits.bias());
    }

    /**
     * What the convolutions make of regions: {@code [R, C', s, s]}.
     *
     * @param earlier the same of an earlier head; null = none
     */
    public Tensor features(Tensor regions, Tensor earlier) {
        require((earlier == null) || spec.reads(), "this head for masks does not read what an earlier one made");
        Tensor x = earlier == null ? regions : regions.add(convRes.forward(earlier));
        for (ConvModule conv : convs) {
            x = conv.forward(x);
        }
        return x;
    }

    /** Masks before the sigmoid, from {@link #features}. */
    public Tensor logits(Tensor features) {
        return convLogits.forward(enlarged(features)).to(ScalarType.Float);
    }

    private Tensor enlarged(Tensor x) {
        long[] twice = {2 * x.size(2), 2 * x.size(3)};
        return switch (spec.upsampling()) {
            case TRANSPOSED -> upsample.forward(x).relu();
            case NEAREST -> torch.upsample_nearest2d(x, twice);
            case BILINEAR -> torch.upsample_bilinear2d(x, twice, false);
            case NONE -> x;
        };
    }

    @Override
    public Tensor forward(Tensor regions) {
        return logits(features(regions, null));
    }

    /** The mask of one class per region: {@code [R, K, m, m], [R] -> [R, m, m]}. */
    public Tensor own(Tensor masks, Tensor classes) {
        if (spec.agnostic()) {
            return masks.squeeze(1);
        }
        long r = masks.size(0), m = masks.size(2);
        return masks.gather(1, classes.reshape(r, 1, 1, 1).expand(r, 1, m, m)).squeeze(1);
    }

    /**
     * Mean binary cross entropy over the pixels of the labels' masks, weight included; 0 without regions.
     *
     * @param targets {@code [R, m, m]}
     * @param labels int64 {@code [R]}
     */
    public Tensor loss(Tensor logits, Tensor targets, Tensor labels) {
        if (logits.size(0) == 0) {
            return logits.sum();
        }
        return torch.binary_cross_entropy_with_logits(own(logits, labels), targets)
                .mul(new Scalar(spec.weight()));
    }
}
