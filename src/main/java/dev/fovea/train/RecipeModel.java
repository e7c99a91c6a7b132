package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import dev.fovea.classify.Classifier;
import dev.fovea.data.augment.Normalize;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.query.Mask2FormerDetector;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.nn.Layer;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.recipe.ClassifyRecipe;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.SegmentRecipe;

/** Builds the model that a recipe trains; the same call serves training, resuming and prediction. */
final class RecipeModel {
    private RecipeModel() {}

    /** @param classes of the data; pre-training has none */
    static Layer build(Recipe recipe, int classes) {
        if (recipe instanceof PretrainRecipe it) {
            return pretrain(it);
        } else if (recipe instanceof ClassifyRecipe it) {
            return classifier(it, classes);
        } else if (recipe instanceof LinearProbeRecipe it) {
            return probe(it, classes);
        }
        if (recipe instanceof DetectRecipe it) {
            return detector(it, classes);
        }
        return recipe instanceof PanopticRecipe it
                ? panoptic(it, classes)
                : RecipeSegmentation.of((SegmentRecipe) recipe, classes);
    }

    static Backbone backboneOf(Layer model) {
        if (model instanceof Backbone it) {
            return it;
        } else if (model instanceof PretrainModel it) {
            return it.backbone();
        } else if (model instanceof Classifier it) {
            return it.backbone();
        } else if (model instanceof ProbedBackbone it) {
            return it.backbone();
        }
        return model instanceof Detector it ? it.backbone() : ((SegmentationModel) model).backbone();
    }

    static PretrainModel pretrain(PretrainRecipe recipe) {
        Normalize images = new Normalize(recipe.data().mean(), recipe.data().std());
        return recipe.objective().build(recipe.backbone(), images);
    }

    static Classifier classifier(ClassifyRecipe recipe, int classes) {
        return new Classifier(recipe.backbone(), recipe.head().pooling(), classes);
    }

    static ProbedBackbone probe(LinearProbeRecipe recipe, int classes) {
        return new ProbedBackbone(recipe.backbone(), recipe.head().pooling(), classes);
    }

    static Detector detector(DetectRecipe recipe, int classes) {
        return recipe.detector().build(recipe.backbone().build(Use.DENSE), classes);
    }

    static Mask2FormerDetector panoptic(PanopticRecipe recipe, int classes) {
        return (Mask2FormerDetector) recipe.detector().build(recipe.backbone().build(Use.DENSE), classes);
    }
}
