package dev.fovea.dense.adapter;

import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Tap;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The spatial prior module (ViT-Adapter, section 3.2; adapter_modules.py): a small convolutional network,
 * {@code [B, 3, H, W]} to four maps {@code [B, D, h, w]} of a quarter, a half, the same and twice the tokens' stride.
 */
public final class SpatialPrior extends Layer {
    private static final int COARSE_PATCH = 16;

    private final Stem stem;
    private final List<Stage> stages;
    private final List<Conv2d> projections;

    /**
     * @param inner channels of the first stage; the next have 2, 4 and 4 times as many
     * @param patch pixels per token: 16, or 8 for maps of half the strides
     */
    public SpatialPrior(int inner, int dim, int patch) {
        stem = child("stem", new Stem(inner, patch == COARSE_PATCH));
        stages = List.of(
                child("conv2", new Stage(inner, 2 * inner)),
                child("conv3", new Stage(2 * inner, 4 * inner)),
                child("conv4", new Stage(4 * inner, 4 * inner)));
        projections = List.of(
                child("fc1", projection(inner, dim)),
                child("fc2", projection(2 * inner, dim)),
                child("fc3", projection(4 * inner, dim)),
                child("fc4", projection(4 * inner, dim)));
    }

    private static Conv2d projection(int in, int dim) {
        Conv2d projection = new Conv2d(in, dim, Conv2d.Shape.kernel(1));
        Init.kaimingNormalFanOut(projection.weight());
        Init.zeros(projection.bias());
        return projection;
    }

    private static Conv2d convolution(int in, int out, int stride) {
        Conv2d convolution = new Conv2d(
                in, out, Conv2d.Shape.kernel(3).same().strided(stride).withoutBias());
        Init.kaimingNormalFanOut(convolution.weight());
        return convolution;
    }

    /** The four maps, fine to coarse. */
    public List<Tensor> maps(Tensor images) {
        Tensor c1 = Tap.mark("stem", stem.forward(images));
        Tensor c2 = Tap.mark("conv2", stages.get(0).forward(c1));
        Tensor c3 = Tap.mark("conv3", stages.get(1).forward(c2));
        Tensor c4 = Tap.mark("conv4", stages.get(2).forward(c3));
        return List.of(
                projections.get(0).forward(c1),
                projections.get(1).forward(c2),
                projections.get(2).forward(c3),
                projections.get(3).forward(c4));
    }

    /** Three convolutions, of which the first halves the resolution, and a max pooling that halves it again. */
    private static final class Stem extends Layer {
        private final List<Conv2d> convolutions;
        private final List<BatchNorm> norms;
        private final boolean pools;

        Stem(int inner, boolean pools) {
            Conv2d first = child("0", convolution(3, inner, 2));
            BatchNorm firstNorm = child("1", new BatchNorm(inner));
            Conv2d second = child("3", convolution(inner, inner, 1));
            BatchNorm secondNorm = child("4", new BatchNorm(inner));
            Conv2d third = child("6", convolution(inner, inner, 1));
            BatchNorm thirdNorm = child("7", new BatchNorm(inner));
            convolutions = List.of(first, second, third);
            norms = List.of(firstNorm, secondNorm, thirdNorm);
            this.pools = pools;
        }

        @Override
        public Tensor forward(Tensor x) {
            for (int i = 0; i < convolutions.size(); i++) {
                x = torch.relu(norms.get(i).forward(convolutions.get(i).forward(x)));
            }
            long[] stride = {2, 2}, padding = {1, 1}, dilation = {1, 1};
            return pools ? torch.max_pool2d(x, new long[] {3, 3}, stride, padding, dilation, false) : x;
        }
    }

    private static final class Stage extends Layer {
        private final Conv2d convolution;
        private final BatchNorm norm;

        Stage(int in, int out) {
            convolution = child("0", convolution(in, out, 2));
            norm = child("1", new BatchNorm(out));
        }

        @Override
        public Tensor forward(Tensor x) {
            return torch.relu(norm.forward(convolution.forward(x)));
        }
    }
}
