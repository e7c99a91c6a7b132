package dev.fovea.backbone;

import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Layer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Four maps of one resolution to x4, x2, x1 and x0.5, by transposed convolutions and max pooling (microsoft/unilm
 * beit/semantic_segmentation, backbone fpn1..fpn4).
 */
final class VitPyramid extends Layer {
    private final Layer fpn1;
    private final Layer fpn2;
    private final int patch;

    VitPyramid(VitSpec spec) {
        require(spec.patchSize() % 4 == 0, "a pyramid needs patchSize divisible by 4, not %d", spec.patchSize());
        fpn1 = child("fpn1", new UpFour(spec.dim()));
        fpn2 = child("fpn2", new UpTwo(spec.dim()));
        patch = spec.patchSize();
    }

    Pyramid rescale(List<Tensor> maps) {
        long[] two = {2, 2};
        Tensor half = torch.max_pool2d(maps.get(3), two, two, new long[] {0, 0}, new long[] {1, 1}, false);
        return new Pyramid(
                List.of(fpn1.forward(maps.get(0)), fpn2.forward(maps.get(1)), maps.get(2), half), strides(patch));
    }

    static List<Integer> strides(int patch) {
        return List.of(patch / 4, patch / 2, patch, patch * 2);
    }

    private static final class UpFour extends Layer {
        private final ConvTranspose2d first;
        private final BatchNorm norm;
        private final ConvTranspose2d second;

        UpFour(int dim) {
            first = child("0", new ConvTranspose2d(dim, dim, 2));
            norm = child("1", new BatchNorm(dim));
            second = child("3", new ConvTranspose2d(dim, dim, 2));
        }

        @Override
        public Tensor forward(Tensor x) {
            return second.forward(torch.gelu(norm.forward(first.forward(x))));
        }
    }

    private static final class UpTwo extends Layer {
        private final ConvTranspose2d only;

        UpTwo(int dim) {
            only = child("0", new ConvTranspose2d(dim, dim, 2));
        }

        @Override
        public Tensor forward(Tensor x) {
            return only.forward(x);
        }
    }
}
