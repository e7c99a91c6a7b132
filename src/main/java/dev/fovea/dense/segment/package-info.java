/**
 * Semantic segmentation: heads on pyramids of feature maps, their loss, and inference on whole photos (sliding windows,
 * several scales, flips). Behaviour follows mmsegmentation 0.24.
 *
 * <p>Label maps are int64 {@code [B, H, W]}; the value {@link dev.fovea.dense.segment.SegmentationLoss#IGNORED} marks
 * pixels without a label.
 */
package dev.fovea.dense.segment;
