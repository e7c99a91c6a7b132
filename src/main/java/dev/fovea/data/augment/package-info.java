/**
 * Augmentation: each transform draws its parameters from an explicit {@link dev.fovea.data.Rng} and applies them by a
 * separate pure function, so that recorded parameters can be applied as well. Pixel arithmetic follows Pillow 9.4
 * (classification) and OpenCV as mmcv uses it (segmentation), rounding included.
 */
package dev.fovea.data.augment;
