package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import org.bytedeco.pytorch.Tensor;

/**
 * What a teacher says about each patch of an image.
 *
 * @param patches {@code [B, N, D]}, row-major, without class token and without gradient
 * @param grid rows and columns of patches, N of them
 */
public record PatchFeatures(Tensor patches, Size grid) {}
