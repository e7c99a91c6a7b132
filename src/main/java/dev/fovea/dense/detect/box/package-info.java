/**
 * The arithmetic of boxes: anchors, the coding of one box by another, overlaps, assignment of truths, sampling, the
 * suppression of doubles, losses.
 */
package dev.fovea.dense.detect.box;
