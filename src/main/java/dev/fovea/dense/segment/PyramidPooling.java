package dev.fovea.dense.segment;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The pooling branches of PSPNet (Zhao et al. 2017; mmseg decode_heads/psp_head.py PPM): averages over a few grids, a
 * 1 x 1 convolution each, back at the size of the input behind it: {@code [B, C, H, W] -> [B, C + scales * channels, H, W]}.
 */
final class PyramidPooling extends Layer {
    private final List<Integer> scales;
    private final List<Branch> branches = new ArrayList<>();
    private final boolean alignCorners;

    PyramidPooling(List<Integer> scales, int in, int channels, Norm norm, boolean alignCorners) {
        this.scales = scales;
        this.alignCorners = alignCorners;
        for (int i = 0; i < scales.size(); i++) {
            branches.add(child(Integer.toString(i), new Branch(in, channels, norm)));
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        List<Tensor> parts = new ArrayList<>(List.of(x));
        for (int i = 0; i < scales.size(); i++) {
            long side = scales.get(i);
            Tensor pooled = torch.adaptive_avg_pool2d(x, side, side);
            parts.add(Bilinear.resizeLike(branches.get(i).forward(pooled), x, alignCorners));
        }
        return Tensors.cat(1, parts);
    }

    /** The reference keeps the parameterless pooling as 0 and the convolution as 1. */
    private static final class Branch extends Layer {
        private final ConvModule conv;

        Branch(int in, int channels, Norm norm) {
            conv = child("1", new ConvModule(in, channels, 1, norm));
        }

        @Override
        public Tensor forward(Tensor x) {
            return conv.forward(x);
        }
    }
}
