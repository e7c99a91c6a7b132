package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import java.util.Optional;

/** Supervised training of a whole classifier ({@code stage: classify}); crops have the size {@code backbone.imageSize}. */
public record ClassifyRecipe(
        String name,
        DataBlock data,
        ClassifyAugment augment,
        BackboneSpec backbone,
        ClassifyHead head,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {
    public ClassifyRecipe {
        data.requireVal();
    }
}
