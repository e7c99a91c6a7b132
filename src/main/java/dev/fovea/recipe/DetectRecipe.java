package dev.fovea.recipe;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.dense.detect.DetectorSpec;
import java.util.Optional;

/**
 * Detection and instance segmentation ({@code stage: detect}).
 *
 * @param grouped whether the images of a batch are all wide or all tall, so that little is padded (mmdetection's
 *     GroupSampler)
 */
public record DetectRecipe(
        String name,
        DataBlock data,
        @Default("{}") DetectAugment augment,
        @Default("{}") PaddingBlock padding,
        @Default("true") boolean grouped,
        BackboneSpec backbone,
        DetectorSpec detector,
        @Default("{}") DetectInference inference,
        OptimizerBlock optimizer,
        ScheduleBlock schedule,
        Optional<InitBlock> init,
        RunBlock run)
        implements Recipe {
    public DetectRecipe {
        data.requireVal();
        Rule.that(
                data.source().hasObjects(),
                "data.source is %s, which has no objects: coco and scenes have",
                data.source().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT));
        augment.requireRoomIn(padding);
        for (int i = 0; i < inference.scales().size(); i++) {
            padding.requireRoom(inference.scales().get(i).get(0), "inference.scales[%d]".formatted(i));
        }
        if (detector.learnsFromSemanticMaps()) {
            padding.requireDivisible(ObjectBatch.CELL, "detector.semantic learns from maps with cells of that side");
            padding.requireDivisible(
                    backbone.tokenStride(),
                    "the backbone's maps would be larger than those that detector.semantic learns from");
        }
    }
}
