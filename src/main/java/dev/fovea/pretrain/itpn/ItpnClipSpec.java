package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.Objective;
import dev.fovea.teacher.TeacherSpec;

/**
 * iTPN's released form with a frozen teacher, CLIP there: all units are encoded, hidden ones by a mask token from stage 3 on,
 * and every unit is told the teacher's features.
 */
public record ItpnClipSpec(BlockMask mask, TeacherSpec teacher) implements Objective {
    @Override
    public ItpnClip build(BackboneSpec backbone) {
        return build(backbone, Normalize.IMAGENET);
    }

    @Override
    public ItpnClip build(BackboneSpec backbone, Normalize images) {
        if (!(backbone instanceof HiVitSpec hiVit) || hiVit.neck().isEmpty()) {
            throw new IllegalArgumentException(
                    "itpn-clip puts mask tokens between the stages of a hivit with a neck; %s is none"
                            .formatted(backbone.getClass().getSimpleName()));
        }
        mask.requireRoom(hiVit.grid());
        teacher.requireGrid(hiVit.grid());
        return new ItpnClip(this, hiVit, images);
    }

    @Override
    public boolean standsAlone() {
        return false;
    }
}
