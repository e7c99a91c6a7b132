/**
 * Mask2Former (Cheng et al. 2022): queries that each predict a class and a mask, trained by matching them to what is in
 * the image. Behaviour follows ViT-Adapter's copy (segmentation/mmseg_custom).
 *
 * <p>Beside the legend of {@code dev.fovea.nn}: Q queries, G masks of an image or a batch. Class K of the class scores is
 * "no object".
 */
package dev.fovea.dense.mask2former;
