/** What happens inside regions: features cut out of maps, heads for boxes and masks, their targets and results. */
package dev.fovea.dense.detect.roi;
