package dev.fovea.nn;

import dev.fovea.tensor.Shapes;
import org.bytedeco.pytorch.Tensor;

/**
 * Cuts an image into patches and projects each (Dosovitskiy et al. 2021, equation 1): {@code [B, 3, H, W] -> [B, N, D]}.
 * The weight has the shape of the strided convolution that it equals; computed as a matrix product, hidden patches can be
 * left out.
 */
public final class PatchEmbed extends Layer {
    private final Conv2d proj;
    private final int patch;

    public PatchEmbed(int channels, int dim, int patch) {
        this(channels, dim, Conv2d.Shape.patch(patch));
    }

    /** @param shape kernel = stride, with or without bias */
    public PatchEmbed(int channels, int dim, Conv2d.Shape shape) {
        proj = child("proj", new Conv2d(channels, dim, shape));
        patch = shape.kernel();
    }

    @Override
    public Tensor forward(Tensor images) {
        return embed(patches(images, patch));
    }

    /** Projects patches that were cut with {@link #patches}: {@code [.., C P P] -> [.., D]}. */
    public Tensor embed(Tensor patches) {
        return Linear.product(patches, proj.weight().flatten(1, -1), proj.bias());
    }

    public Conv2d proj() {
        return proj;
    }

    /** Patches in row-major order, each channel first: {@code [B, C, H, W] -> [B, N, C P P]}. */
    public static Tensor patches(Tensor images, int patch) {
        long b = images.size(0), c = images.size(1), rows = images.size(2) / patch, columns = images.size(3) / patch;
        require(
                images.size(2) % patch == 0 && images.size(3) % patch == 0,
                "image %s is not divisible by the patch size %d",
                Shapes.text(images),
                patch);
        return images.reshape(b, c, rows, patch, columns, patch)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(b, rows * columns, c * patch * patch);
    }
}
