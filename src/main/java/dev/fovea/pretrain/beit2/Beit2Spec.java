package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.Objective;
import java.util.Optional;

/**
 * BEiT v2 pre-training (Peng et al. 2022, section 2.3).
 *
 * @param mask exactly so many patches are hidden
 * @param classToken the second branch; absent = none
 */
public record Beit2Spec(BlockMask mask, TokenizerSource tokenizer, Optional<ClassTokenSpec> classToken)
        implements Objective {
    @Override
    public MaskedCodes build(BackboneSpec backbone) {
        return build(backbone, Normalize.IMAGENET);
    }

    @Override
    public MaskedCodes build(BackboneSpec backbone, Normalize images) {
        if (!(backbone instanceof BeitSpec beit)) {
            throw new IllegalArgumentException(
                    "beit2 needs a backbone that takes mask tokens in place of patches (beit); %s does not: a beit with"
                                    .formatted(backbone.getClass().getSimpleName())
                            + " relativePosition none, absolutePosition true and layerScale 0 is a plain vision transformer");
        }
        mask.requireRoom(beit.grid());
        tokenizer.requireGrid(beit.grid());
        return new MaskedCodes(this, beit, images);
    }

    @Override
    public boolean standsAlone() {
        return false;
    }
}
