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
        return block.square() > 0 ? Size.square(block.square()) : new Size(up(content.height()), up(content.width()));
    }

    private int up(int side) {
        return (side + block.multiple() - 1) / block.multiple() * block.multiple();
    }
}
