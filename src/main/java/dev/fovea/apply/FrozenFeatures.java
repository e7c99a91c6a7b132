package dev.fovea.apply;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Pooling;
import dev.fovea.eval.Features;
import dev.fovea.eval.KnnProbe;
import dev.fovea.eval.LinearProbe;
import dev.fovea.recipe.Recipe;
import dev.fovea.train.FeatureExtractor;
import dev.fovea.train.RecipeData;
import dev.fovea.train.RecipeData.Split;
import dev.fovea.train.RecipeViews;
import java.io.IOException;
import java.util.Map;

/** The features that a frozen backbone gives a labelled data set, and how well simple classifiers do on them. */
public record FrozenFeatures(Features train, Features val, int classes) {
    private static final int BATCH = 64;
    private static final double WHOLE_SQUARE = 1;

    /** Of the data set of a recipe: centre crops, in float32, mean of the patch tokens. */
    public static FrozenFeatures of(Backbone backbone, Recipe recipe) throws IOException {
        RecipeData data = new RecipeData(recipe.data());
        if (!data.hasLabels() || !data.hasVal()) {
            throw new IllegalArgumentException(
                    "probes need one class for each image, in a train and a val split; data.source %s has not"
                            .formatted(recipe.data().source()));
        }
        RecipeViews views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        backbone.eval();
        FeatureExtractor extractor =
                FeatureExtractor.of(backbone, Pooling.MEAN, views.centre(WHOLE_SQUARE), recipe, BATCH);
        var train = data.labelled(Split.TRAIN);
        return new FrozenFeatures(
                extractor.extract(train).features(),
                extractor.extract(data.labelled(Split.VAL)).features(),
                data.classNames(train).size());
    }

    /** The same, which outlive the scope that they were computed in. */
    public FrozenFeatures retained() {
        return new FrozenFeatures(train.retained(), val.retained(), classes);
    }

    /** {@code acc1}, {@code acc5}; a data set smaller than k lets all its images vote. */
    public Map<String, Double> knn(KnnProbe probe) {
        int k = (int) Math.min(probe.k(), train.count());
        return new KnnProbe(k, probe.temperature(), probe.vote()).evaluate(train, val, classes);
    }

    /** {@code acc1}, {@code acc5}. */
    public Map<String, Double> linear(LinearProbe probe) {
        return probe.evaluate(train, val, classes).values();
    }
}
