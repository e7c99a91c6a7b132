package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import org.bytedeco.pytorch.Tensor;

/** A frozen network whose patch features a student learns to predict. It belongs to no model's state. */
public interface Teacher {
    /** Features of images whose pixels are in [0, 1], {@code [B, 3, H, W]}; the teacher normalises them itself. */
    PatchFeatures features(Tensor pixels);

    /** The image size that {@link #features} takes. */
    Size imageSize();

    /** Width D of the features. */
    int dim();
}
