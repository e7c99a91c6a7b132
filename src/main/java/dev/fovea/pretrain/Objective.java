package dev.fovea.pretrain;

import dev.fovea.backbone.BackboneSpec;

/** The settings of a self-supervised objective; it builds its model around any backbone that fits. */
public interface Objective {
    /** @throws IllegalArgumentException when the backbone cannot give what the objective needs; the text says why */
    PretrainModel build(BackboneSpec backbone);
}
