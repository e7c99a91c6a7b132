package dev.fovea.pretrain;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The masked-image-modelling loss on pixels (He et al. 2022, section 3): mean over the values of a patch, then over the
 * hidden patches of the batch.
 */
public enum PixelLoss {
    MSE,
    L1;

    /** {@code prediction, target [B, N, P P 3]}, {@code hidden [B, N]} with 1 = hidden; a float32 scalar. */
    public Tensor of(Tensor prediction, Tensor target, Tensor hidden) {
        Tensor difference = prediction.to(ScalarType.Float).sub(target);
        Tensor each = this == MSE ? difference.square() : difference.abs();
        return each.mean(2).mul(hidden).sum().div(hidden.sum());
    }

    /** Patch vectors, channel fastest: {@code [B, 3, H, W] -> [B, N, P P 3]}. */
    public static Tensor patchify(Tensor images, int patch) {
        long b = images.size(0), c = images.size(1), rows = images.size(2) / patch, columns = images.size(3) / patch;
        return images.reshape(b, c, rows, patch, columns, patch)
                .permute(0, 2, 4, 3, 5, 1)
                .reshape(b, rows * columns, (long) patch * patch * c);
    }

    /** The inverse of {@link #patchify} for a grid of {@code rows} rows: {@code [B, N, P P 3] -> [B, 3, H, W]}. */
    public static Tensor unpatchify(Tensor patches, int patch, long rows) {
        long b = patches.size(0), columns = patches.size(1) / rows, c = patches.size(2) / ((long) patch * patch);
        return patches.reshape(b, rows, columns, patch, patch, c)
                .permute(0, 5, 1, 3, 2, 4)
                .reshape(b, c, rows * patch, columns * patch);
    }

    /** Each patch to mean 0 and variance 1 over all its values (unbiased variance, eps 1e-6): same shape. */
    public static Tensor normalise(Tensor patches) {
        Moments moments = moments(patches);
        return patches.sub(moments.mean()).div(moments.deviation());
    }

    /** Undoes {@link #normalise} with the moments of the original patches. */
    public static Tensor denormalise(Tensor normalised, Tensor original) {
        Moments moments = moments(original);
        return normalised.mul(moments.deviation()).add(moments.mean());
    }

    private record Moments(Tensor mean, Tensor deviation) {}

    private static Moments moments(Tensor patches) {
        Tensor variance = patches.var(new long[] {-1}, true, true);
        Tensor mean = patches.mean(new long[] {-1}, true, new ScalarTypeOptional());
        return new Moments(mean, variance.add(new Scalar(1e-6)).sqrt());
    }
}
