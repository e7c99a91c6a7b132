/**
 * Generated images for demonstrations and tests: textured scenes of overlapping objects with a label for each pixel, the same
 * bits on every machine. What an object is follows from its shape and its texture together, never from its colour.
 */
package dev.fovea.data.scenes;
