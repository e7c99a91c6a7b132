package dev.fovea.pretrain;

import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.nn.Tap;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a pixel decoder is asked for.
 *
 * @param patch side of a unit in pixels
 * @param normalised each patch to mean 0 and variance 1 first (the published recipes do)
 */
public record PixelTarget(int patch, boolean normalised, PixelLoss loss) {
    /** {@code prediction [B, N, P P 3]} against {@code images [B, 3, H, W]}, over hidden patches. */
    public Tensor loss(Tensor prediction, Tensor images, TokenMask mask) {
        Tensor target = Tap.mark("target_patches", PixelLoss.patchify(images, patch));
        if (normalised) {
            target = Tap.mark("target", PixelLoss.normalise(target));
        }
        return loss.of(prediction, target, mask.hidden());
    }

    /** The prediction as images. */
    public Reconstructs.Reconstruction picture(Tensor prediction, Tensor images, TokenMask mask) {
        Size grid = new Size((int) images.size(2) / patch, (int) images.size(3) / patch);
        Tensor patches = PixelLoss.patchify(images, patch);
        Tensor pixels = normalised ? PixelLoss.denormalise(prediction, patches) : prediction;
        Tensor hidden = mask.hidden()
                .reshape(images.size(0), 1, grid.height(), grid.width())
                .repeat_interleave(patch, new LongOptional(2), new LongOptional())
                .repeat_interleave(patch, new LongOptional(3), new LongOptional());
        return new Reconstructs.Reconstruction(PixelLoss.unpatchify(pixels, patch, grid.height()), hidden);
    }
}
