package dev.fovea.train;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.LabelledBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.recipe.Recipe;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.util.List;

/** The images with classes that a recipe names: what is trained on, and what the classifier is measured on. */
final class LabelledData {
    private final Recipe recipe;
    private final RecipeViews views;
    private final Source<Labelled<Image>> train;
    private final List<String> classNames;
    private final Accuracy accuracy;

    /** @param evalCrop side of the crop that is measured, as a share of the resized image's shorter side */
    LabelledData(Recipe recipe, double evalCrop) throws IOException {
        this.recipe = recipe;
        RecipeData data = new RecipeData(recipe.data());
        views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        train = data.labelled(Split.TRAIN);
        classNames = data.classNames(train);
        accuracy = new Accuracy(data.labelled(Split.VAL), classNames, views.centre(evalCrop), recipe);
    }

    RecipeViews views() {
        return views;
    }

    Source<Labelled<Image>> train() {
        return train;
    }

    List<String> classNames() {
        return classNames;
    }

    Accuracy accuracy() {
        return accuracy;
    }

    /** Batches of training images as a model sees them. */
    Loader<LabelledBatch> batches(SampleTransform<Image, FloatImage> view) {
        return Loader.of(train, Labelled.lift(view), LabelledBatch::collate, RecipeLoader.training(recipe));
    }
}
