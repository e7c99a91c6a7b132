package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Check;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.Objective;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.teacher.EmaSpec;

/**
 * Integral pre-training with masked image and masked feature modelling, and its ablations. With {@code features.lambda}
 * 0 it is the released pixel form.
 *
 * @param decodes whether the feature-pyramid neck is trained with the backbone
 */
public record ItpnSpec(
        double maskRatio,
        Decodes decodes,
        PixelDecoder.Spec decoder,
        boolean normPixels,
        PixelLoss loss,
        FeatureSpec features)
        implements Objective {
    public ItpnSpec {
        Check.maskRatio(maskRatio);
    }

    @Override
    public Itpn build(BackboneSpec backbone) {
        return build(backbone, Normalize.IMAGENET);
    }

    @Override
    public Itpn build(BackboneSpec backbone, Normalize images) {
        return new Itpn(this, backbone, images);
    }

    /** A frozen teacher has files of its own. */
    @Override
    public boolean standsAlone() {
        return features.lambda() == 0 || features.teacher() instanceof EmaSpec;
    }
}
