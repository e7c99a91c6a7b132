/**
 * Detection and instance segmentation on any pyramid of feature maps. Behaviour follows mmdetection 2.24.
 *
 * <p>Boxes are float {@code [.., 4]}: left, top, right, bottom in pixels of the image as the network sees it, without the
 * + 1 of old code. Legend beside that of {@link dev.fovea.nn}: G true objects of an image, R regions, A anchors.
 */
package dev.fovea.dense.detect;
