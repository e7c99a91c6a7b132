/** Detectors whose queries each find one object, mask first: Mask2Former. */
package dev.fovea.dense.detect.query;
