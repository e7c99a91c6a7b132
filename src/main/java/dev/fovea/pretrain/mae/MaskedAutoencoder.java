package dev.fovea.pretrain.mae;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.MaskedEncoder;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.Use;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelTarget;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.Reconstructs;
import org.bytedeco.pytorch.Tensor;

/** The masked autoencoder (He et al. 2022; facebookresearch/mae models_mae.py) around any backbone that encodes visible units. */
public final class MaskedAutoencoder extends PretrainModel implements Reconstructs {
    private final Backbone backbone;
    private final MaskedEncoder encoder;
    private final PixelDecoder decoder;
    private final PixelTarget target;
    private final double maskRatio;
    private final Size grid;

    MaskedAutoencoder(MaeSpec spec, BackboneSpec backboneSpec) {
        backbone = child("backbone", backboneSpec.build(Use.PRETRAIN));
        require(
                backbone instanceof MaskedEncoder,
                "mae needs a backbone that encodes visible units alone; %s mixes hidden and visible pixels",
                backbone.getClass().getSimpleName());
        encoder = (MaskedEncoder) backbone;
        int patch = backbone.tokenStride();
        grid = backboneSpec.imageSize().dividedBy(patch);
        decoder = child("decoder", new PixelDecoder(spec.decoder(), backbone, backbone.dim()));
        target = new PixelTarget(patch, spec.normPixels(), spec.loss());
        maskRatio = spec.maskRatio();
    }

    @Override
    public Losses losses(Tensor images) {
        return losses(images, drawMask(images.size(0)));
    }

    /** The loss for a given mask. */
    public Losses losses(Tensor images, TokenMask mask) {
        return Losses.of(target.loss(predict(images, mask), images, mask));
    }

    private Tensor predict(Tensor images, TokenMask mask) {
        return decoder.forward(Tap.mark("latent", encoder.encodeVisible(images, mask)), mask);
    }

    @Override
    public TokenMask drawMask(long batch) {
        return TokenMask.random(batch, grid.area(), maskRatio);
    }

    @Override
    public Reconstruction reconstruct(Tensor images, TokenMask mask) {
        return target.picture(predict(images, mask), images, mask);
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }
}
