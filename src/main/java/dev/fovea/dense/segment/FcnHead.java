package dev.fovea.dense.segment;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Convolutions on one map of the pyramid (Long et al. 2015; mmseg decode_heads/fcn_head.py), the auxiliary head. */
public final class FcnHead extends DecodeHead {
    /**
     * The settings of the head.
     *
     * @param width channels of the map it reads
     * @param level index of that map, 0 = finest
     * @param convs convolutions before the classifier
     * @param concatInput whether a last convolution sees the input again
     * @param norm of the convolutions
     * @param kernel side of the convolutions, odd
     * @param dilation of the convolutions, the last one that sees the input again left out
     * @param alignCorners how the scores are resized
     */
    public record Spec(
            int width,
            int level,
            int channels,
            int convs,
            int classes,
            double dropout,
            boolean concatInput,
            Norm norm,
            int kernel,
            int dilation,
            boolean alignCorners) {
        public Spec {
            if (convs < 0 || convs == 0 && width != channels) {
                throw new IllegalArgumentException("an FCN head with %d convolutions cannot bring %d channels to %d"
                        .formatted(convs, width, channels));
            }
            if (kernel % 2 != 1) {
                throw new IllegalArgumentException("the kernel %d of an FCN head is not odd".formatted(kernel));
            }
            if (dilation < 1) {
                throw new IllegalArgumentException("the dilation %d of an FCN head is below 1".formatted(dilation));
            }
        }

        /** With plain convolutions of 3 x 3, corners not aligned. */
        public Spec(
                int width,
                int level,
                int channels,
                int convs,
                int classes,
                double dropout,
                boolean concatInput,
                Norm norm) {
            this(width, level, channels, convs, classes, dropout, concatInput, norm, 3, 1, false);
        }

        /** The auxiliary head of the published configurations: one convolution on the map of stride 16. */
        public static Spec auxiliary(int width, int channels, int classes) {
            return new Spec(width, 2, channels, 1, classes, 0.1, false, Norm.BATCH);
        }
    }

    private final Spec spec;
    private final List<ConvModule> convs;
    private final ConvModule convCat;

    public FcnHead(Spec spec) {
        super(spec.channels(), spec.classes(), spec.dropout(), spec.alignCorners());
        this.spec = spec;
        Conv2d.Shape shape =
                Conv2d.Shape.kernel(spec.kernel()).dilated(spec.dilation()).same();
        List<ConvModule> modules = new ArrayList<>();
        for (int i = 0; i < spec.convs(); i++) {
            int in = i == 0 ? spec.width() : spec.channels();
            modules.add(new ConvModule(in, spec.channels(), spec.norm().withoutIdleBias(shape), spec.norm(), true));
        }
        convs = modules.isEmpty() ? List.of() : childList("convs", modules);
        int joined = spec.width() + spec.channels();
        convCat = spec.concatInput()
                ? child("conv_cat", new ConvModule(joined, spec.channels(), spec.kernel(), spec.norm()))
                : null;
    }

    @Override
    protected Tensor fuse(List<Tensor> maps) {
        require(spec.level() < maps.size(), "FCN head reads map %d, but there are %d", spec.level(), maps.size());
        Tensor map = maps.get(spec.level());
        Tensor x = map;
        for (ConvModule conv : convs) {
            x = conv.forward(x);
        }
        return Tap.mark("fcn_out", convCat == null ? x : convCat.forward(Tensors.cat(1, map, x)));
    }
}
