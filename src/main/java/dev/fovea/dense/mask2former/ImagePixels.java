package dev.fovea.dense.mask2former;

import dev.fovea.backbone.Size;
import dev.fovea.nn.Bilinear;
import org.bytedeco.pytorch.Tensor;

/**
 * How the masks of a batch become those of one image: resized to what the network saw, cut to the image, resized to its file
 * (mmdet panoptic_fusion_heads/maskformer_fusion_head.py simple_test).
 *
 * @param input of the network, padding included
 * @param content the part of it that is the image
 * @param original the size of the image's file
 */
public record ImagePixels(Size input, Size content, Size original) {
    /** Neither padded nor resized. */
    public static ImagePixels of(Size size) {
        return new ImagePixels(size, size, size);
    }

    /** Mask logits {@code [N, h, w]}, float32, to {@code [N, H, W]} of the file. */
    Tensor of(Tensor masks) {
        Tensor seen = Bilinear.resize(masks.unsqueeze(0), input.height(), input.width());
        if (!content.equals(input)) {
            seen = seen.narrow(2, 0, content.height()).narrow(3, 0, content.width());
        }
        Tensor placed = original.equals(content) ? seen : Bilinear.resize(seen, original.height(), original.width());
        return placed.squeeze(0);
    }
}
