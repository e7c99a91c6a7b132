/** Measured speed of training steps, always as a share of what the machine can do in the same minutes. */
package dev.fovea.bench;
