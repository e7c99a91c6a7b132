package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution block (ConvMAE models_convmae.py CBlock) on {@code [B, U, s s, C]}:
 * {@code x + conv2(depthwise(keep * conv1(norm1 x)))}, then {@code x + mlp(norm2 x)}; conv1, conv2 and the MLP are 1 x 1.
 */
final class ConvBlock extends Layer {
    private final LayerNorm norm1;
    private final Pointwise conv1;
    private final Pointwise conv2;
    private final Conv2d depthwise;
    private final LayerNorm norm2;
    private final PointwiseMlp mlp;
    private final DropPath dropPath;

    ConvBlock(int dim, double mlpRatio, int kernel, double dropPathRate, double eps) {
        norm1 = child("norm1", new LayerNorm(dim, eps));
        conv1 = child("conv1", new Pointwise(dim, dim));
        conv2 = child("conv2", new Pointwise(dim, dim));
        depthwise = child(
                "attn", new Conv2d(dim, dim, Conv2d.Shape.kernel(kernel).same().grouped(dim)));
        dropPath = child("drop_path", new DropPath(dropPathRate));
        norm2 = child("norm2", new LayerNorm(dim, eps));
        mlp = child("mlp", new PointwiseMlp(dim, (int) (dim * mlpRatio)));
    }

    /** @param spatial masks and convolves, cells of the whole image seeing each other */
    Tensor forward(Tensor x, Spatial spatial) {
        Tensor mixed = spatial.convolve(conv1.forward(norm1.forward(x)), depthwise);
        x = x.add(dropPath.forward(conv2.forward(mixed)));
        return x.add(dropPath.forward(mlp.forward(norm2.forward(x))));
    }

    /** The only step of a block in which cells meet. */
    @FunctionalInterface
    interface Spatial {
        Tensor convolve(Tensor x, Conv2d depthwise);
    }

    /** A 1 x 1 convolution, computed as a matrix product over the last dimension. */
    private static final class Pointwise extends Layer {
        private final Tensor weight;
        private final Tensor bias;

        Pointwise(int in, int out) {
            weight = parameter("weight", Tensors.zeros(out, in, 1, 1));
            bias = parameter("bias", Tensors.zeros(out));
            Init.fanIn(weight, in);
            Init.fanIn(bias, in);
        }

        @Override
        public Tensor forward(Tensor x) {
            return Linear.product(x, weight.flatten(1, -1), bias);
        }
    }

    private static final class PointwiseMlp extends Layer {
        private final Pointwise fc1;
        private final Pointwise fc2;

        PointwiseMlp(int dim, int hidden) {
            fc1 = child("fc1", new Pointwise(dim, hidden));
            fc2 = child("fc2", new Pointwise(hidden, dim));
        }

        @Override
        public Tensor forward(Tensor x) {
            return fc2.forward(torch.gelu(fc1.forward(x)));
        }
    }
}
