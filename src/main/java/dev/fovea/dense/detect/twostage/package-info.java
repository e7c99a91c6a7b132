/** Detectors that propose regions first and then look into each: Mask R-CNN, its cascades, HTC. */
package dev.fovea.dense.detect.twostage;
