package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.LevelEncoder;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.pretrain.TeacherView;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.EmaTeacher;
import dev.fovea.teacher.TeacherSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Masked feature modelling (Tian et al. 2023, section 3.3): a head for each level of the teacher, on the decoded tokens of
 * hidden units.
 *
 * <p>The article puts heads on the levels of the pyramid. With channel MLPs these hold nothing at a hidden unit, so the heads
 * stand where hidden units have seen all levels: behind the decoder.
 */
final class MaskedFeatures extends Layer {
    /**
     * Who learns.
     *
     * @param twin builds a second network like it, without stochastic depth
     * @param images how its images were normalised
     */
    record Student(Backbone backbone, Supplier<Backbone> twin, Size grid, Normalize images) {}

    private final FeatureSpec spec;
    private final EmaTeacher<Backbone> average;
    private final FeatureTargets targets;
    private final List<FeatureHead> heads;

    MaskedFeatures(FeatureSpec spec, int dim, Student student) {
        this.spec = spec;
        List<FeatureHead> list = new ArrayList<>();
        if (spec.teacher() instanceof EmaSpec) {
            average = new EmaTeacher<>(student.backbone, child("teacher", student.twin.get()));
            targets = new StageTargets(average, StageTargets.levelsOf((LevelEncoder) student.backbone), spec.input());
        } else {
            average = null;
            TeacherSpec frozen = (TeacherSpec) spec.teacher();
            frozen.requireGrid(student.grid);
            targets = new FrozenTargets(frozen.build(), new TeacherView(student.images, frozen.imageSize()));
        }
        targets.levels().forEach(level -> list.add(new FeatureHead(dim, level.cells(), level.width())));
        heads = childList("heads", list);
        list.forEach(Init.Scheme.TRUNC_NORMAL::apply);
    }

    /**
     * The distance of each level by its name, for the log.
     *
     * @param decoded {@code [B, N, D']}
     * @param shown the mask whose visible units are the student's hidden ones
     */
    Map<String, Tensor> losses(Tensor decoded, Tensor images, TokenMask shown) {
        Tensor hidden = shown.select(decoded); // [B, N - M, D']
        List<Tensor> wanted = targets.of(images, shown);
        Map<String, Tensor> losses = new LinkedHashMap<>();
        for (int i = 0; i < heads.size(); i++) {
            String name = heads.size() == 1 ? "features" : "features" + (i + 1);
            losses.put(name, spec.distance().of(heads.get(i).forward(hidden), wanted.get(i)));
        }
        return losses;
    }

    List<Tensor> targets(Tensor images, TokenMask shown) {
        return targets.of(images, shown);
    }

    /** A frozen teacher follows nobody. */
    void copyStudent() {
        if (average != null) {
            average.copyStudent();
        }
    }

    void followStudent() {
        if (spec.teacher() instanceof EmaSpec it) {
            average.follow(it.coefficient());
        }
    }
}
