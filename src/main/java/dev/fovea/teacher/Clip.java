package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import org.bytedeco.pytorch.Tensor;

/**
 * CLIP's image tower as a frozen teacher: each patch token after the last norm, projected into the space that images and
 * texts share (the target of BEiT v2 and iTPN; CLIP itself projects the class token alone).
 */
public final class Clip implements Teacher {
    private final ClipSpec spec;
    private final ClipTower tower;

    public Clip(ClipSpec spec, ClipTower tower) {
        this.spec = spec;
        this.tower = tower;
    }

    @Override
    public PatchFeatures features(Tensor pixels) {
        try (NoGrad off = new NoGrad()) {
            Tensor images = Tap.mark("normalised", Normalize.CLIP.of(pixels));
            Tensor tokens = Tap.mark("tokens", tower.forward(images)); // [B, 1 + N, D]
            return new PatchFeatures(tokens.narrow(1, 1, spec.grid().area()), spec.grid());
        }
    }

    @Override
    public Size imageSize() {
        return spec.imageSize();
    }

    @Override
    public int dim() {
        return spec.dim();
    }
}
