package dev.fovea.pretrain.mae;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Check;
import dev.fovea.pretrain.Objective;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;

/**
 * The MAE objective.
 *
 * @param maskRatio share of hidden units, 0.75 in the paper
 * @param normPixels targets normalised per patch
 */
public record MaeSpec(double maskRatio, PixelDecoder.Spec decoder, boolean normPixels, PixelLoss loss)
        implements Objective {
    public MaeSpec {
        Check.maskRatio(maskRatio);
    }

    @Override
    public MaskedAutoencoder build(BackboneSpec backbone) {
        return new MaskedAutoencoder(this, backbone);
    }
}
