package dev.fovea.pretrain.convmae;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Check;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.pretrain.Objective;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;

/**
 * The ConvMAE objective and its ablations (Gao et al. 2022, section 4.4).
 *
 * @param masking whether one mask serves all stages
 * @param fusion adds stages 1 and 2 to stage 3 in front of the decoder (the multi-scale decoder)
 * @param maskedConvolution hides hidden cells from the convolutions of stages 1 and 2
 * @param visibleOnly computes visible units alone where the result is the same; false = the full grid, as released
 */
public record ConvMaeSpec(
        double maskRatio,
        PixelDecoder.Spec decoder,
        boolean normPixels,
        PixelLoss loss,
        Masking masking,
        boolean fusion,
        boolean maskedConvolution,
        boolean visibleOnly)
        implements Objective {
    /** How stages share masks. */
    public enum Masking {
        /** One mask at the coarsest grid, repeated for the finer stages. */
        BLOCKWISE,
        /** Stages 1 and 2 draw masks of their own at their own grids; hidden units of stage 3 are then partly seen. */
        RANDOM
    }

    public ConvMaeSpec {
        Check.maskRatio(maskRatio);
    }

    @Override
    public ConvMae build(BackboneSpec backbone) {
        if (!(backbone instanceof ConvVitSpec convVit)) {
            throw new IllegalArgumentException(
                    "convmae needs a backbone with masked convolution stages of three strides (convvit); %s has none:"
                                    .formatted(backbone.getClass().getSimpleName())
                            + " use the objective mae");
        }
        return new ConvMae(this, convVit);
    }
}
