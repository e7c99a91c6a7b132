package dev.fovea.dense.segment;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.Norm;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Tap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Semantic FPN (Kirillov et al. 2019, section 3; mmseg necks/fpn.py and decode_heads/fpn_head.py): every level of a
 * feature pyramid goes through convolutions and doublings up to the finest size, and all are added.
 */
public final class SemanticFpnHead extends DecodeHead {
    /**
     * The settings of the head.
     *
     * @param neck the feature pyramid in front
     * @param read indices of its levels that are added, the finest first
     * @param strides pixels per cell of those levels
     * @param channels of every convolution behind the neck
     * @param norm of those convolutions
     */
    public record Spec(
            Fpn.Spec neck,
            List<Integer> read,
            List<Integer> strides,
            int channels,
            int classes,
            double dropout,
            Norm norm,
            boolean alignCorners) {
        public Spec {
            read = List.copyOf(read);
            strides = List.copyOf(strides);
            if (read.isEmpty() || read.size() != strides.size()) {
                throw new IllegalArgumentException(
                        "semantic FPN reads levels %s, which do not fit strides %s".formatted(read, strides));
            }
            for (int level : read) {
                if (level < 0 || level >= neck.outs()) {
                    throw new IllegalArgumentException(
                            "semantic FPN reads level %d, but its neck has %d".formatted(level, neck.outs()));
                }
            }
        }

        /** A neck without norm that reads every map, batch norm behind it. */
        public static Spec of(
                List<Integer> widths,
                List<Integer> strides,
                int neckChannels,
                int channels,
                int classes,
                double dropout) {
            List<Integer> all = IntStream.range(0, widths.size()).boxed().toList();
            Fpn.Spec neck = Fpn.Spec.of(widths, neckChannels, widths.size());
            return new Spec(neck, all, strides, channels, classes, dropout, Norm.BATCH, false);
        }
    }

    private final Spec spec;
    private final Fpn neck;
    private final List<ScaleHead> scaleHeads;

    public SemanticFpnHead(Spec spec) {
        super(spec.channels(), spec.classes(), spec.dropout(), spec.alignCorners());
        this.spec = spec;
        neck = child("neck", new Fpn(spec.neck()));
        List<ScaleHead> heads = new ArrayList<>();
        int finest = spec.strides().get(0);
        for (int stride : spec.strides()) {
            heads.add(new ScaleHead(spec, Math.max(1, log2(stride) - log2(finest)), stride != finest));
        }
        scaleHeads = childList("scale_heads", heads);
    }

    private static int log2(int stride) {
        return 31 - Integer.numberOfLeadingZeros(stride);
    }

    @Override
    protected Tensor fuse(List<Tensor> maps) {
        List<Tensor> levels = neck.forward(maps);
        for (int i = 0; i < levels.size(); i++) {
            Tap.mark("neck" + i, levels.get(i));
        }
        Tensor sum = scaleHeads.get(0).forward(levels.get(spec.read().get(0)));
        for (int i = 1; i < scaleHeads.size(); i++) {
            Tensor branch = scaleHeads.get(i).forward(levels.get(spec.read().get(i)));
            sum = sum.add(Bilinear.resizeLike(branch, sum, alignCorners()));
        }
        return sum;
    }

    /** Convolutions, each followed by a doubling except at the finest level; the reference counts both as steps. */
    private static final class ScaleHead extends Layer {
        private final List<ConvModule> convs = new ArrayList<>();
        private final boolean doubles;
        private final boolean alignCorners;

        ScaleHead(Spec spec, int length, boolean doubles) {
            this.doubles = doubles;
            alignCorners = spec.alignCorners();
            Conv2d.Shape shape =
                    spec.norm().withoutIdleBias(Conv2d.Shape.kernel(3).same());
            for (int k = 0; k < length; k++) {
                int in = k == 0 ? spec.neck().channels() : spec.channels();
                ConvModule conv = new ConvModule(in, spec.channels(), shape, spec.norm(), true);
                convs.add(child(Integer.toString(doubles ? 2 * k : k), conv));
            }
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor y = x;
            for (ConvModule conv : convs) {
                y = conv.forward(y);
                y = doubles ? Bilinear.resize(y, 2 * y.size(2), 2 * y.size(3), alignCorners) : y;
            }
            return y;
        }
    }
}
