package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.pretrain.Objective;
import java.util.Optional;

/** Self-supervised pre-training ({@code stage: pretrain}); crops have the size {@code backbone.imageSize}. */
public record PretrainRecipe(
        String name,
        DataBlock data,
        PretrainAugment augment,
        BackboneSpec backbone,
        Objective objective,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {}
