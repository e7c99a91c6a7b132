package dev.fovea.backbone;

import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.ConvTranspose2d;
import dev.fovea.nn.Layer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Four maps of one resolution to four resolutions, by transposed convolutions and max pooling (microsoft/unilm
 * beit/semantic_segmentation, backbone fpn1..fpn4): x4, x2, x1, x0.5, and for patches of 8 pixels x2, x1, x0.5, x0.25.
 */
final class VitPyramid extends Layer {
    private static final int FINE_PATCH = 8;

    private final Layer fpn1;
    private final Layer fpn2;
    private final int patch;

    VitPyramid(int dim, int patch) {
        require(patch % 4 == 0, "a pyramid needs patchSize divisible by 4, not %d", patch);
        boolean fine = patch == FINE_PATCH;
        fpn1 = child("fpn1", fine ? new UpTwo(dim) : new UpFour(dim));
        fpn2 = fine ? null : child("fpn2", new UpTwo(dim));
        this.patch = patch;
    }

    Pyramid rescale(List<Tensor> maps) {
        Tensor first = fpn1.forward(maps.get(0));
        List<Tensor> rescaled = fpn2 == null
                ? List.of(first, maps.get(1), pooled(maps.get(2), 2), pooled(maps.get(3), 4))
                : List.of(first, fpn2.forward(maps.get(1)), maps.get(2), pooled(maps.get(3), 2));
        return new Pyramid(rescaled, strides(patch));
    }

    private static Tensor pooled(Tensor map, long side) {
        long[] window = {side, side};
        return torch.max_pool2d(map, window, window, new long[] {0, 0}, new long[] {1, 1}, false);
    }

    static List<Integer> strides(int patch) {
        int finest = patch == FINE_PATCH ? patch / 2 : patch / 4;
        return List.of(finest, 2 * finest, 4 * finest, 8 * finest);
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
