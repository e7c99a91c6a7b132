package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * ViTDet's simple feature pyramid (Li et al. 2022, section 3; detectron2 modeling/backbone/vit.py): the last map at a quarter,
 * a half, the same and twice its stride, by transposed convolutions and max pooling; each through a 1 x 1 and a 3 x 3
 * convolution with channel norms. Coarser maps are every second cell of the one before.
 */
final class SimplePyramid extends Layer {
    private static final double EPS = 1e-6;
    private static final int OWN_LEVELS = 4;

    private final List<Level> levels = new ArrayList<>();
    private final PyramidForm form;
    private final int stride;

    /** @param stride of the map that all come from, divisible by 4 */
    SimplePyramid(int dim, PyramidForm form, int stride) {
        require(stride % 4 == 0, "a simple pyramid needs a last map of a stride divisible by 4, not %d", stride);
        this.form = form;
        this.stride = stride;
        for (int i = 0; i < Math.min(OWN_LEVELS, form.levels()); i++) {
            levels.add(child("simfp_" + (i + 2), new Level(dim, form.dim(), i)));
        }
    }

    /** {@code [B, D, h, w]} to maps of {@code form.dim()} channels. */
    Pyramid maps(Tensor last) {
        List<Tensor> maps = new ArrayList<>();
        for (Level level : levels) {
            maps.add(level.forward(last));
        }
        while (maps.size() < form.levels()) {
            maps.add(Pooled.largest(maps.get(maps.size() - 1), 1)); // a window of one cell, as in the reference
        }
        return new Pyramid(maps, strides());
    }

    List<Integer> widths() {
        return Collections.nCopies(form.levels(), form.dim());
    }

    List<Integer> strides() {
        return form.strides(stride / 4);
    }

    /** One map; children are numbered as in the reference, whose norms belong to the convolutions. */
    private static final class Level extends Layer {
        private final int number;
        private final ConvTranspose2d up;
        private final LayerNorm between;
        private final ConvTranspose2d upAgain;
        private final NormedConv lateral;
        private final NormedConv output;

        Level(int dim, int out, int number) {
            this.number = number;
            int half = dim / 2, quarter = dim / 4;
            up = number < 2 ? child("0", new ConvTranspose2d(dim, half, 2)) : null;
            between = number == 0 ? child("1", new LayerNorm(half, EPS)) : null;
            upAgain = number == 0 ? child("3", new ConvTranspose2d(half, quarter, 2)) : null;
            int first = number == 0 ? 4 : number == 2 ? 0 : 1;
            int in = number == 0 ? quarter : number == 1 ? half : dim;
            lateral = child(Integer.toString(first), new NormedConv(in, out, Conv2d.Shape.kernel(1)));
            output = child(
                    Integer.toString(first + 1),
                    new NormedConv(out, out, Conv2d.Shape.kernel(3).same()));
        }

        @Override
        public Tensor forward(Tensor x) {
            return output.forward(lateral.forward(resized(x)));
        }

        private Tensor resized(Tensor x) {
            return switch (number) {
                case 0 -> upAgain.forward(torch.gelu(between.forwardChannels(up.forward(x))));
                case 1 -> up.forward(x);
                case 2 -> x;
                default -> Pooled.largest(x, 2);
            };
        }
    }

    /** A convolution without bias and the norm of its channels, which by name stands below it. */
    private static final class NormedConv extends Layer {
        private final Conv2d convolution;
        private final LayerNorm norm;

        NormedConv(int in, int out, Conv2d.Shape shape) {
            convolution = new Conv2d(in, out, shape.withoutBias());
            parameter("weight", convolution.weight());
            norm = child("norm", new LayerNorm(out, EPS));
        }

        @Override
        public Tensor forward(Tensor x) {
            return norm.forwardChannels(convolution.forward(x));
        }
    }
}
