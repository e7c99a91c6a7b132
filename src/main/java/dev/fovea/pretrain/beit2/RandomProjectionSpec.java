package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.data.Rng;
import dev.fovea.nn.PatchEmbed;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A tokenizer that has learned nothing (Chiu et al. 2022, BEST-RQ, for speech): each patch's normalised pixels, projected at
 * random, get the nearest of random codes. What a trained tokenizer is compared with; it needs no file.
 *
 * @param dim width of the projection
 * @param seed decides projection and codes
 */
public record RandomProjectionSpec(Size imageSize, int patchSize, int codes, int dim, long seed)
        implements TokenizerSource {
    private static final int CHANNELS = 3;
    private static final double EPS = 1e-5;

    public RandomProjectionSpec {
        Check.patches(imageSize, patchSize);
        Check.that(codes >= 2, "codes %d is below 2", codes);
        Check.that(dim >= 1, "dim %d is below 1", dim);
    }

    @Override
    public Tokenizer build() {
        int pixels = CHANNELS * patchSize * patchSize;
        Tensor projection = normal(0, pixels, dim);
        Tensor directions = Sphere.project(normal(1, dim, codes).t()).t().contiguous();
        return images -> nearest(images, projection, directions);
    }

    private Tensor nearest(Tensor pixels, Tensor projection, Tensor directions) {
        try (NoGrad off = new NoGrad();
                Precision.Scope exact = Precision.FP32.open()) {
            Tensor patches = PatchEmbed.patches(pixels, patchSize); // [B, N, C P P]
            Tensor normalised = torch.layer_norm(
                    patches, new long[] {patches.size(2)}, Tensors.optional(null), Tensors.optional(null), EPS, false);
            return normalised.matmul(projection).matmul(directions).argmax(new LongOptional(2), false);
        }
    }

    private Tensor normal(long which, int rows, int columns) {
        Rng rng = Rng.of(seed, which, 0);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rng.normal();
        }
        return Tensors.of(values, rows, columns);
    }
}
