package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.pretrain.Objective;
import java.util.Optional;

/** Self-supervised pre-training ({@code stage: pretrain}); crops have the size {@code backbone.imageSize}. */
public record PretrainRecipe(
        String name,
        DataBlock data,
        PretrainViews augment,
        BackboneSpec backbone,
        Objective objective,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {
    public PretrainRecipe {
        boolean several = augment instanceof MultiViewAugment;
        Rule.that(
                several || !objective.comparesViews(),
                "augment.type crop gives one view of each image; the objective %s compares several: it needs type views",
                Methods.nameOf(objective));
        Rule.that(
                !several || objective.comparesViews(),
                "augment.type views gives several views of each image, which the objective %s does not compare",
                Methods.nameOf(objective));
    }
}
