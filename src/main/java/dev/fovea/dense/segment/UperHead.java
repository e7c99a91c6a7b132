package dev.fovea.dense.segment;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * UPerNet (Xiao et al. 2018, section 3; mmseg decode_heads/uper_head.py): pooling branches on the coarsest map, a
 * top-down pyramid, all levels joined at the finest one.
 */
public final class UperHead extends DecodeHead {
    /**
     * The settings of the head.
     *
     * @param widths channels of the maps, fine to coarse
     * @param channels of every convolution inside
     * @param poolScales grid sides of the pooling branches
     * @param norm of every convolution inside
     * @param alignCorners how maps and scores are resized
     */
    public record Spec(
            List<Integer> widths,
            int channels,
            List<Integer> poolScales,
            int classes,
            double dropout,
            Norm norm,
            boolean alignCorners) {
        private static final List<Integer> USUAL_SCALES = List.of(1, 2, 3, 6);
        private static final double USUAL_DROPOUT = 0.1;

        public Spec {
            if (widths.size() < 2) {
                throw new IllegalArgumentException("UPerNet joins at least 2 maps, not widths " + widths);
            }
            widths = List.copyOf(widths);
            poolScales = List.copyOf(poolScales);
        }

        /** With batch norm, corners not aligned. */
        public Spec(List<Integer> widths, int channels, List<Integer> poolScales, int classes, double dropout) {
            this(widths, channels, poolScales, classes, dropout, Norm.BATCH, false);
        }

        /** Pool scales 1, 2, 3, 6 and dropout 0.1, as in all published configurations. */
        public static Spec of(List<Integer> widths, int channels, int classes) {
            return new Spec(widths, channels, USUAL_SCALES, classes, USUAL_DROPOUT);
        }
    }

    private final int levels;
    private final PyramidPooling pspModules;
    private final ConvModule bottleneck;
    private final List<ConvModule> lateralConvs;
    private final List<ConvModule> fpnConvs;
    private final ConvModule fpnBottleneck;

    public UperHead(Spec spec) {
        super(spec.channels(), spec.classes(), spec.dropout(), spec.alignCorners());
        int channels = spec.channels();
        Norm norm = spec.norm();
        levels = spec.widths().size();
        int coarsest = spec.widths().get(levels - 1);
        pspModules = child(
                "psp_modules", new PyramidPooling(spec.poolScales(), coarsest, channels, norm, spec.alignCorners()));
        int pooled = coarsest + spec.poolScales().size() * channels;
        bottleneck = child("bottleneck", new ConvModule(pooled, channels, 3, norm));
        List<ConvModule> lateral = new ArrayList<>();
        List<ConvModule> smooth = new ArrayList<>();
        for (int width : spec.widths().subList(0, levels - 1)) {
            lateral.add(new ConvModule(width, channels, 1, norm));
            smooth.add(new ConvModule(channels, channels, 3, norm));
        }
        lateralConvs = childList("lateral_convs", lateral);
        fpnConvs = childList("fpn_convs", smooth);
        fpnBottleneck = child("fpn_bottleneck", new ConvModule(levels * channels, channels, 3, norm));
    }

    @Override
    protected Tensor fuse(List<Tensor> maps) {
        require(maps.size() == levels, "UPerNet was built for %d maps, not for %d", levels, maps.size());
        int top = levels - 1;
        Tensor[] merged = new Tensor[levels];
        merged[top] = Tap.mark("psp_out", bottleneck.forward(pool(maps.get(top))));
        for (int i = top - 1; i >= 0; i--) {
            Tensor lateral = lateralConvs.get(i).forward(maps.get(i));
            merged[i] = lateral.add(Bilinear.resizeLike(merged[i + 1], lateral, alignCorners()));
        }
        List<Tensor> outs = new ArrayList<>();
        for (int i = 0; i < top; i++) {
            Tensor smooth = Tap.mark("fpn_out" + i, fpnConvs.get(i).forward(merged[i]));
            outs.add(Bilinear.resizeLike(smooth, merged[0], alignCorners()));
        }
        outs.add(Bilinear.resizeLike(merged[top], merged[0], alignCorners()));
        return Tap.mark("fused", fpnBottleneck.forward(Tensors.cat(1, outs))); // [B, channels, h0, w0]
    }

    private Tensor pool(Tensor coarsest) {
        return Tap.mark("psp_concat", pspModules.forward(coarsest));
    }
}
