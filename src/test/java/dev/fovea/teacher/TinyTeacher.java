package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.backbone.Use;
import dev.fovea.data.augment.Normalize;

/** An untrained network of milliseconds as a frozen teacher. */
public record TinyTeacher(Size imageSize, int patchSize) implements TeacherSpec {
    /** For 4 x 4 patches of 32-px images. */
    public static TinyTeacher ofTinyImages() {
        return new TinyTeacher(Size.square(32), 8);
    }

    @Override
    public Teacher build() {
        return new FrozenBackbone(Tiny.hiVit().build(Use.PROBE), Normalize.IMAGENET);
    }

    @Override
    public int dim() {
        return Tiny.hiVit().dim();
    }
}
