package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import java.util.Optional;

/** A linear classifier on frozen features ({@code stage: linear-probe}): BatchNorm without affine, then one Linear. */
public record LinearProbeRecipe(
        String name,
        DataBlock data,
        ProbeAugment augment,
        BackboneSpec backbone,
        ProbeHead head,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {
    public LinearProbeRecipe {
        data.requireVal();
    }
}
