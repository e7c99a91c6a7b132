package dev.fovea.backbone;

/** How the tokens of an image become one feature vector. */
public enum Pooling {
    /** The mean of the patch tokens. */
    MEAN,
    /** The first token: the class token, or the first patch where there is none (as released for ConvMAE). */
    TOKEN
}
