package dev.fovea.pretrain.itpn;

/** What the decoder is given of the visible units. */
public enum Decodes {
    /** All levels behind the feature-pyramid neck, which is trained with the backbone: integral pre-training. */
    PYRAMID,
    /** All stages of the backbone side by side (HiViT's masked autoencoder, {@code hifeat}). */
    STAGES,
    /** The last stage alone, as in a plain masked autoencoder. */
    TOP
}
