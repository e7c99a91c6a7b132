package dev.fovea.train;

import dev.fovea.classify.ClassificationLoss;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelledBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.report.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A linear classifier on the features of a frozen backbone (facebookresearch/mae main_linprobe.py). */
final class LinearProbeTask implements Task<LabelledBatch> {
    private final LinearProbeRecipe recipe;
    private final LabelledData data;
    private final ProbedBackbone model;
    private final Loader<LabelledBatch> batches;
    private final Optimizer optimizer;

    LinearProbeTask(LinearProbeRecipe recipe) throws IOException {
        this.recipe = recipe;
        data = new LabelledData(recipe, recipe.augment().evalCrop());
        model = RecipeModel.probe(recipe, data.classNames().size());
        batches = batches(data.views().probe(recipe.augment()));
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
    }

    /** Without a random crop an image always looks the same: its features are computed once. */
    private Loader<LabelledBatch> batches(SampleTransform<Image, FloatImage> view) {
        if (recipe.augment().crop().isPresent()) {
            return data.batches(view);
        }
        FeatureExtractor extractor = new FeatureExtractor(
                model.backbone(),
                model.pooling(),
                view,
                RecipeLoader.evaluation(recipe, recipe.run().micro()),
                RecipePlan.precision(recipe.run().precision()));
        FeatureSource features = new FeatureSource(data.train(), () -> extractor.extract(data.train()));
        return Loader.of(features, (sample, rng) -> sample, LabelledBatch::collate, RecipeLoader.training(recipe));
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
        return data.accuracy().of(model::forward);
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(Accuracy.GOAL);
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        return data.accuracy().picture(pictures, step);
    }

    @Override
    public List<String> classNames() {
        return data.classNames();
    }
}
