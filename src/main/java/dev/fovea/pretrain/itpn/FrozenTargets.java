package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.TokenMask;
import dev.fovea.pretrain.TeacherView;
import dev.fovea.teacher.Teacher;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Targets from a frozen network, which has one resolution: its last layer, for which all levels are added up. */
final class FrozenTargets implements FeatureTargets {
    private final Teacher teacher;
    private final TeacherView view;

    FrozenTargets(Teacher teacher, TeacherView view) {
        this.teacher = teacher;
        this.view = view;
    }

    @Override
    public List<Level> levels() {
        return List.of(new Level(1, teacher.dim()));
    }

    @Override
    public List<Tensor> of(Tensor images, TokenMask shown) {
        Tensor patches = teacher.features(view.pixels(images)).patches(); // [B, N, W]
        return List.of(FeatureTargets.normalised(shown.select(patches).unsqueeze(2)));
    }
}
