package dev.fovea.train;

import dev.fovea.classify.ClassificationLoss;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.LabelledBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.report.Pictures;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A linear classifier on the features of a frozen backbone (facebookresearch/mae main_linprobe.py). */
final class LinearProbeTask implements Task<LabelledBatch> {
    private final LinearProbeRecipe recipe;
    private final List<String> classNames;
    private final ProbedBackbone model;
    private final Loader<LabelledBatch> batches;
    private final Accuracy accuracy;
    private final Optimizer optimizer;

    LinearProbeTask(LinearProbeRecipe recipe) throws IOException {
        this.recipe = recipe;
        RecipeData data = new RecipeData(recipe.data());
        RecipeViews views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        Source<Labelled<Image>> train = data.labelled(Split.TRAIN);
        classNames = data.classNames(train);
        model = RecipeModel.probe(recipe, classNames.size());
        batches = batches(train, views.probe(recipe.augment()));
        accuracy = new Accuracy(
                data.labelled(Split.VAL), views.centre(recipe.augment().evalCrop()), recipe);
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
    }

    private Loader<LabelledBatch> batches(Source<Labelled<Image>> train, SampleTransform<Image, FloatImage> view) {
        if (recipe.augment().crop().isPresent()) {
            return Loader.of(train, Labelled.lift(view), LabelledBatch::collate, RecipeLoader.training(recipe));
        }
        FeatureSource features = new FeatureSource(train, () -> extractor(view).extract(train));
        return Loader.of(features, (sample, rng) -> sample, LabelledBatch::collate, RecipeLoader.training(recipe));
    }

    private FeatureExtractor extractor(SampleTransform<Image, FloatImage> view) {
        return new FeatureExtractor(
                model.backbone(),
                model.pooling(),
                view,
                RecipeLoader.evaluation(recipe, recipe.run().micro()),
                RecipePlan.precision(recipe.run().precision()));
    }

    @Override
    public String name() {
        return "linear-probe";
    }

    @Override
    public ProbedBackbone model() {
        return model;
    }

    @Override
    public Loader<LabelledBatch> batches() {
        return batches;
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    /** Batches hold images {@code [B, 3, H, W]}, or features {@code [B, D, 1, 1]} that were computed once. */
    @Override
    public Losses losses(LabelledBatch batch, Rng rng) {
        Tensor features = recipe.augment().crop().isPresent()
                ? model.features(batch.images())
                : batch.images().reshape(batch.size(), -1);
        return Losses.of(ClassificationLoss.smoothed(model.classify(features), batch.labels(), 0));
    }

    @Override
    public Map<String, Double> evaluate() {
        return accuracy.of(model::forward);
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal(Accuracy.SCORE, true));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) {
        return List.of();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
