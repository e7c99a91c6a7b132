package dev.fovea.dense;

import dev.fovea.backbone.Pooled;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Feature pyramid network (Lin et al. 2017; mmdet and mmseg necks/fpn.py): laterals of one width, a top-down pathway, a
 * 3 x 3 convolution per level, and further, coarser levels behind the last: maps {@code [B, widths[i], h, w]}, fine to
 * coarse, to {@code outs} maps {@code [B, channels, h, w]}.
 */
public final class Fpn extends Layer {
    /** How a coarser map is brought to the size of the finer one. */
    public enum Upsampling {
        NEAREST,
        BILINEAR
    }

    /** Where levels beyond the backbone's come from: every second pixel of the last one, or stride-2 convolutions. */
    public enum Extra {
        POOLED,
        ON_INPUT,
        ON_LATERAL,
        ON_OUTPUT
    }

    /**
     * The settings of the neck; {@link #of} gives the usual ones.
     *
     * @param widths channels of the maps it is given
     * @param outs levels that it gives
     * @param startLevel index of the finest map it reads
     * @param reluBeforeExtra whether further levels read the rectified one before, from the second on
     * @param norm of every convolution, which has no bias then
     * @param lateralNorm whether the laterals have it too
     * @param relu whether every convolution is followed by one
     */
    public record Spec(
            List<Integer> widths,
            int channels,
            int outs,
            int startLevel,
            Extra extra,
            boolean reluBeforeExtra,
            Norm norm,
            boolean lateralNorm,
            boolean relu,
            Upsampling upsampling) {
        public Spec {
            widths = List.copyOf(widths);
            if (startLevel < 0 || startLevel >= widths.size()) {
                throw new IllegalArgumentException(
                        "FPN starts at map %d, but there are %d".formatted(startLevel, widths.size()));
            }
            if (outs < widths.size() - startLevel) {
                throw new IllegalArgumentException("FPN gives %d levels, fewer than the %d maps it reads"
                        .formatted(outs, widths.size() - startLevel));
            }
        }

        /** All maps, no norm, no ReLU, nearest neighbours, further levels by pooling. */
        public static Spec of(List<Integer> widths, int channels, int outs) {
            return new Spec(widths, channels, outs, 0, Extra.POOLED, false, Norm.NONE, true, false, Upsampling.NEAREST);
        }

        public Spec startingAt(int level) {
            return new Spec(widths, channels, outs, level, extra, reluBeforeExtra, norm, lateralNorm, relu, upsampling);
        }

        public Spec extending(Extra source, boolean reluBefore) {
            return new Spec(
                    widths, channels, outs, startLevel, source, reluBefore, norm, lateralNorm, relu, upsampling);
        }

        /** @param laterals whether the lateral convolutions have the norm too */
        public Spec normed(Norm kind, boolean laterals) {
            return new Spec(
                    widths, channels, outs, startLevel, extra, reluBeforeExtra, kind, laterals, relu, upsampling);
        }

        public Spec rectified() {
            return new Spec(
                    widths, channels, outs, startLevel, extra, reluBeforeExtra, norm, lateralNorm, true, upsampling);
        }

        public Spec upsampling(Upsampling mode) {
            return new Spec(widths, channels, outs, startLevel, extra, reluBeforeExtra, norm, lateralNorm, relu, mode);
        }

        private int read() {
            return widths.size() - startLevel;
        }
    }

    private final Spec spec;
    private final List<ConvModule> lateralConvs;
    private final List<ConvModule> fpnConvs;

    public Fpn(Spec spec) {
        this.spec = spec;
        List<ConvModule> lateral = new ArrayList<>();
        List<ConvModule> out = new ArrayList<>();
        for (int width : spec.widths().subList(spec.startLevel(), spec.widths().size())) {
            lateral.add(conv(width, Conv2d.Shape.kernel(1), spec.lateralNorm() ? spec.norm() : Norm.NONE));
            out.add(conv(spec.channels(), Conv2d.Shape.kernel(3).same(), spec.norm()));
        }
        int further = spec.extra() == Extra.POOLED ? 0 : spec.outs() - spec.read();
        for (int i = 0; i < further; i++) {
            int coarsest = spec.widths().get(spec.widths().size() - 1);
            int in = i == 0 && spec.extra() == Extra.ON_INPUT ? coarsest : spec.channels();
            out.add(conv(in, Conv2d.Shape.kernel(3).same().strided(2), spec.norm()));
        }
        lateralConvs = childList("lateral_convs", lateral);
        fpnConvs = childList("fpn_convs", out);
    }

    private ConvModule conv(int in, Conv2d.Shape shape, Norm norm) {
        ConvModule module = new ConvModule(in, spec.channels(), norm.withoutIdleBias(shape), norm, spec.relu());
        Init.xavierUniformConv(module.conv().weight());
        return module;
    }

    /** All maps of the backbone, fine to coarse, to {@code outs} maps. */
    public List<Tensor> forward(List<Tensor> maps) {
        require(maps.size() == spec.widths().size(), "FPN of widths %s is given %d maps", spec.widths(), maps.size());
        List<Tensor> laterals = new ArrayList<>();
        for (int i = 0; i < spec.read(); i++) {
            laterals.add(lateralConvs.get(i).forward(maps.get(spec.startLevel() + i)));
        }
        for (int i = spec.read() - 1; i > 0; i--) {
            Tensor finer = laterals.get(i - 1);
            laterals.set(i - 1, finer.add(enlarged(laterals.get(i), finer)));
        }
        List<Tensor> outs = new ArrayList<>();
        for (int i = 0; i < spec.read(); i++) {
            outs.add(fpnConvs.get(i).forward(laterals.get(i)));
        }
        extend(outs, laterals, maps);
        return outs;
    }

    private Tensor enlarged(Tensor coarse, Tensor like) {
        return spec.upsampling() == Upsampling.NEAREST
                ? torch.upsample_nearest2d(coarse, new long[] {like.size(2), like.size(3)})
                : Bilinear.resizeLike(coarse, like);
    }

    private void extend(List<Tensor> outs, List<Tensor> laterals, List<Tensor> maps) {
        while (outs.size() < spec.outs()) {
            Tensor last = outs.get(outs.size() - 1);
            if (spec.extra() == Extra.POOLED) {
                outs.add(Pooled.largest(last, 1)); // every second cell
                continue;
            }
            boolean first = outs.size() == spec.read();
            Tensor source = first ? source(last, laterals, maps) : spec.reluBeforeExtra() ? last.relu() : last;
            outs.add(fpnConvs.get(outs.size()).forward(source));
        }
    }

    private Tensor source(Tensor last, List<Tensor> laterals, List<Tensor> maps) {
        return switch (spec.extra()) {
            case ON_INPUT -> maps.get(maps.size() - 1);
            case ON_LATERAL -> laterals.get(laterals.size() - 1);
            case POOLED, ON_OUTPUT -> last;
        };
    }
}
