package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.LevelEncoder;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.UnitLevels;
import dev.fovea.teacher.EmaTeacher;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Targets from the student's moving average: the output of each of its stages, at the resolution that the stage has. */
final class StageTargets implements FeatureTargets {
    private final EmaTeacher<Backbone> teacher;
    private final List<Level> levels;
    private final FeatureSpec.Input input;

    StageTargets(EmaTeacher<Backbone> teacher, List<Level> levels, FeatureSpec.Input input) {
        this.teacher = teacher;
        this.levels = levels;
        this.input = input;
    }

    /** The stages of a backbone, fine to coarse. */
    static List<Level> levelsOf(LevelEncoder encoder) {
        List<Integer> widths = encoder.levelWidths(), cells = encoder.levelCells();
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < widths.size(); i++) {
            levels.add(new Level(cells.get(i), widths.get(i)));
        }
        return levels;
    }

    @Override
    public List<Level> levels() {
        return levels;
    }

    @Override
    public List<Tensor> of(Tensor images, TokenMask shown) {
        boolean full = input == FeatureSpec.Input.FULL;
        UnitLevels stages = teacher.see(network -> ((LevelEncoder) network).levels(images, full ? null : shown));
        List<Tensor> targets = new ArrayList<>();
        for (Tensor stage : stages.levels()) {
            Tensor wanted = full ? shown.select(stage.flatten(2, 3)).reshape(shape(stage, shown)) : stage;
            targets.add(FeatureTargets.normalised(wanted));
        }
        return targets;
    }

    private static long[] shape(Tensor stage, TokenMask shown) {
        return new long[] {stage.size(0), shown.visible(), stage.size(2), stage.size(3)};
    }
}
