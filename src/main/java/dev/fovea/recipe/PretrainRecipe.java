package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.pretrain.Objective;
import java.util.List;
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
        if (augment instanceof MultiViewAugment views) {
            List<Integer> sides =
                    views.queries().stream().map(MultiViewAugment.Queries::size).toList();
            for (int i = 0; i < sides.size(); i++) {
                Rule.that(
                        sides.get(i) % backbone.tokenStride() == 0,
                        "augment.queries[%s].size: %s is not divisible into patches of %s",
                        i,
                        sides.get(i),
                        backbone.tokenStride());
            }
            objective.requireViews(backbone, sides);
        }
    }
}
