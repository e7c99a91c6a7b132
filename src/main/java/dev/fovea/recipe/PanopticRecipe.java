package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.query.Mask2FormerDetectorSpec;
import java.util.Optional;

/**
 * Panoptic segmentation ({@code stage: panoptic}): every image is cut into segments of things and of stuff.
 *
 * @param grouped as of {@link DetectRecipe}
 */
public record PanopticRecipe(
        String name,
        DataBlock data,
        @Default("{}") DetectAugment augment,
        @Default("{}") PaddingBlock padding,
        @Default("true") boolean grouped,
        BackboneSpec backbone,
        DetectorSpec detector,
        @Default("{}") PanopticInference inference,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {
    public PanopticRecipe {
        data.requireVal();
        Rule.that(
                data.source().hasSegments(),
                "data.source is %s, which has no segments: panoptic and scenes have",
                Methods.nameOf(data.source()));
        Rule.that(
                detector instanceof Mask2FormerDetectorSpec,
                "detector.type %s finds single objects alone; mask2former cuts images into segments",
                Methods.nameOf(detector));
        augment.requireRoomIn(padding);
        padding.requireRoom(inference.scale().get(0), "inference.scale");
    }
}
