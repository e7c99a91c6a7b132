package dev.fovea.teacher;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import org.bytedeco.pytorch.Tensor;

/** Any backbone as a frozen teacher: the patch tokens of its last stage, after its final norm where it has one (a HiViT has none). */
public final class FrozenBackbone implements Teacher {
    private final Backbone backbone;
    private final Normalize normalize;

    /** @param normalize what the backbone's images went through in its own training */
    public FrozenBackbone(Backbone backbone, Normalize normalize) {
        this.backbone = backbone;
        this.normalize = normalize;
        backbone.freeze();
        backbone.eval();
    }

    @Override
    public PatchFeatures features(Tensor pixels) {
        try (NoGrad off = new NoGrad()) {
            Tensor tokens = backbone.tokens(Tap.mark("normalised", normalize.of(pixels)));
            Size grid = imageSize().dividedBy(backbone.tokenStride());
            return new PatchFeatures(Tap.mark("tokens", tokens).narrow(1, backbone.prefixTokens(), grid.area()), grid);
        }
    }

    @Override
    public Size imageSize() {
        return backbone.imageSize();
    }

    @Override
    public int dim() {
        return backbone.dim();
    }
}
