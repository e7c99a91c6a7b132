package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Padding;
import dev.fovea.recipe.PaddingBlock;

/** The size that one image is padded to, which is not that of its whole batch. */
record Padded(PaddingBlock block) {
    Padding padding() {
        return new Padding(block.multiple(), block.square());
    }

    Size of(Size content) {
        int[] sides = padding().of(content.height(), content.width());
        return new Size(sides[0], sides[1]);
    }
}
