/** LOCA: location-aware self-supervised transformers for semantic segmentation (Caron, Houlsby, Schmid 2022). */
package dev.fovea.pretrain.loca;
