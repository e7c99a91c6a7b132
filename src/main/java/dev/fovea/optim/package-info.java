/** From gradients to new weights: optimizers, learning-rate schedules, parameter groups, clipping, averaging. */
package dev.fovea.optim;
