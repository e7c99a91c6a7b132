package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import java.util.Optional;

/** One stage of a project: everything that decides what a run computes. The key {@code stage} tells which one it is. */
public sealed interface Recipe
        permits PretrainRecipe, ClassifyRecipe, LinearProbeRecipe, SegmentRecipe, DetectRecipe, PanopticRecipe {
    /** Names the run's folder. */
    String name();

    DataBlock data();

    BackboneSpec backbone();

    OptimizerBlock optimizer();

    ScheduleBlock schedule();

    /** Where the weights come from; empty = drawn at random. */
    Optional<InitBlock> init();

    RunBlock run();
}
