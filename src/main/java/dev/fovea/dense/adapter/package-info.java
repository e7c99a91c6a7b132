/**
 * ViT-Adapter (Chen et al. 2023): a plain vision transformer with a second stream of feature maps beside it, for dense
 * prediction. Layer and parameter names are those of czczup/ViT-Adapter.
 *
 * <p>The legend of {@link dev.fovea.nn} holds; S cells of all levels, one level after the other, row-major.
 */
package dev.fovea.dense.adapter;
