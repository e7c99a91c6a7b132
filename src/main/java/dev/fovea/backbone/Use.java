package dev.fovea.backbone;

/** What a backbone is built for; the same spec serves every stage of a project. */
public enum Use {
    /** Self-supervised pre-training: final norm, sin-cos positions frozen. */
    PRETRAIN,
    /** Self-supervised pre-training of the feature-pyramid neck together with the stages below it. */
    PRETRAIN_PYRAMID,
    /** The encoder of a tokenizer, which a teacher's features train: final norm, positions trainable. */
    TOKENIZER,
    /** Frozen features for probes and embeddings: final norm. */
    PROBE,
    /** Fine-tuning on class-token features: final norm, positions trainable. */
    CLASSIFY_TOKEN,
    /** Fine-tuning on averaged tokens: the head brings its own norm, positions trainable. */
    CLASSIFY_MEAN,
    /** Dense prediction: feature maps of several strides, positions trainable. */
    DENSE;

    public boolean hasFinalNorm() {
        return this == PRETRAIN || this == TOKENIZER || this == PROBE || this == CLASSIFY_TOKEN;
    }

    public boolean trainsPositions() {
        return this == TOKENIZER || this == CLASSIFY_TOKEN || this == CLASSIFY_MEAN || this == DENSE;
    }
}
