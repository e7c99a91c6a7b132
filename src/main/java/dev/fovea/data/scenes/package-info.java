/**
 * Generated images for demonstrations and tests: landscapes with a label for each pixel, the same bits on every machine. What
 * something is follows from its shape, its place and what else is in the scene, never from its colour.
 */
package dev.fovea.data.scenes;
