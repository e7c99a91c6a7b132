package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A frozen teacher that reads its weights when it is first asked: a student that is only used, and not trained, needs no
 * file of its teacher.
 */
final class ReadWhenAsked implements Teacher {
    private final TeacherSpec spec;
    private Teacher teacher;

    ReadWhenAsked(TeacherSpec spec) {
        this.spec = spec;
    }

    @Override
    public PatchFeatures features(Tensor pixels) {
        if (teacher == null) {
            teacher = build();
        }
        return teacher.features(pixels);
    }

    /** It outlives the step that asks, and the draws of that step are those of any other: a resumed run asks later. */
    private Teacher build() {
        Generator generator = torch.getDefaultCPUGenerator();
        Tensor draws = generator.get_state();
        try (PointerScope kept = new PointerScope().extend()) {
            return spec.build();
        } finally {
            generator.set_state(draws);
        }
    }

    @Override
    public Size imageSize() {
        return spec.imageSize();
    }

    @Override
    public int dim() {
        return spec.dim();
    }
}
