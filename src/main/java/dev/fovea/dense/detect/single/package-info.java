/** Detectors that decide at every cell of every level at once, without proposals: ATSS and GFL. */
package dev.fovea.dense.detect.single;
