/** Runs: the training loop, its checkpoints and run folder, and one task per kind of training. */
package dev.fovea.train;
