package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import java.util.Optional;

/** Semantic segmentation ({@code stage: segment}); crops and windows have the size {@code backbone.imageSize}. */
public record SegmentRecipe(
        String name,
        DataBlock data,
        SegmentAugment augment,
        BackboneSpec backbone,
        SegmentHead head,
        @Default("{}") Inference inference,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {
    public SegmentRecipe {
        data.requireVal();
        Rule.that(
                data.source().hasPixelLabels(),
                "data.source is %s, which has no pixel labels: pairs, published and scenes have",
                data.source().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
    }
}
