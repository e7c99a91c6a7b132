package dev.fovea.recipe;

import dev.fovea.backbone.Pooling;

/** The head of a linear probe: BatchNorm without affine (eps 1e-6), then a Linear drawn with deviation 0.01. */
public record ProbeHead(@Default("mean") Pooling pooling) {}
