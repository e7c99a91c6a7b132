/**
 * What one does with a trained model: features of images, probes on them, classes, segmentations, reconstructions. The Java
 * API behind {@code fovea eval}, {@code predict}, {@code embed} and {@code show}.
 */
package dev.fovea.apply;
