package dev.fovea.recipe;

/** The number format of forward and backward passes; parameters are always fp32. */
public enum PrecisionChoice {
    /** bf16 where the processor multiplies bf16 matrices in hardware, else fp32. */
    AUTO,
    FP32,
    BF16
}
