package dev.fovea.backbone;

/** How position embeddings start. */
public enum PosEmbed {
    /** The fixed sine-cosine table; frozen while pre-training, trainable afterwards. */
    SINCOS,
    /** A trained table. */
    LEARNED,
    /** No absolute positions. */
    NONE
}
