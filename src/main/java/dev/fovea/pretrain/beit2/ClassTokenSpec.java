package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Check;

/**
 * Class-token aggregation (Peng et al. 2022, section 2.3): the last class token and the patch tokens of an early block go
 * through a shallow head and predict the codes once more, so that the class token has to tell what the image shows.
 *
 * @param earlyLayer number of the block, from 1, whose patch tokens are taken
 * @param depth blocks of the head
 * @param sharedHead whether norm and classifier are those of the main branch
 */
public record ClassTokenSpec(int earlyLayer, int depth, boolean sharedHead) {
    public ClassTokenSpec {
        Check.that(earlyLayer >= 1, "earlyLayer %d is below 1", earlyLayer);
        Check.that(depth >= 1, "depth %d is below 1", depth);
    }
}
