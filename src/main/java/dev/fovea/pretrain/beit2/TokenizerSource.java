package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Size;

/** Where the codes come from that a student predicts: all that it is built on, before any weights are read. */
public interface TokenizerSource {
    /** Builds the tokenizer and reads its weights. */
    Tokenizer build();

    /** The image size that it takes. */
    Size imageSize();

    /** Pixels per patch. */
    int patchSize();

    /** Number K of codes. */
    int codes();

    /** Rows and columns of codes. */
    default Size grid() {
        return imageSize().dividedBy(patchSize());
    }

    /** @throws IllegalArgumentException when a student with {@code students} patches cannot be told the code of each */
    default void requireGrid(Size students) {
        if (!grid().equals(students)) {
            throw new IllegalArgumentException(
                    "tokenizer imageSize %s with patchSize %d is a grid of %s codes, the student's grid is %s: train a tokenizer on that grid"
                            .formatted(imageSize(), patchSize(), grid(), students));
        }
    }
}
