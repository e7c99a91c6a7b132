package dev.fovea.teacher;

import dev.fovea.backbone.Size;

/** The settings of a frozen teacher, which say all that a student is built on before its weights are read. */
public interface TeacherSpec extends TargetSource {
    /** Builds the network and reads its weights. */
    Teacher build();

    /** The image size that the teacher takes. */
    Size imageSize();

    /** Pixels per patch. */
    int patchSize();

    /** Width D of its features. */
    int dim();

    /** Rows and columns of its patches. */
    default Size grid() {
        return imageSize().dividedBy(patchSize());
    }

    /** @throws IllegalArgumentException when a student with {@code students} patches cannot be told what each should be */
    default void requireGrid(Size students) {
        if (!grid().equals(students)) {
            throw new IllegalArgumentException(
                    "teacher imageSize %s with patchSize %d is a grid of %s, the student's grid is %s: an imageSize of %dx%d would fit"
                            .formatted(
                                    imageSize(),
                                    patchSize(),
                                    grid(),
                                    students,
                                    students.height() * patchSize(),
                                    students.width() * patchSize()));
        }
    }
}
