package dev.fovea.teacher;

import dev.fovea.backbone.Size;

/** The settings of a frozen teacher, which say all that a student is built on before its weights are read. */
public interface TeacherSpec {
    /** Builds the network and reads its weights. */
    Teacher build();

    /** The image size that the teacher takes. */
    Size imageSize();

    /** Pixels per patch. */
    int patchSize();

    /** Width D of its features. */
    int dim();
}
