package dev.fovea.train;

import dev.fovea.classify.ClassificationLoss;
import dev.fovea.classify.Classifier;
import dev.fovea.data.LabelledBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.augment.Mixup;
import dev.fovea.nn.Init;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.ClassifyAugment;
import dev.fovea.recipe.ClassifyRecipe;
import dev.fovea.report.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Supervised training of a whole classifier (facebookresearch/mae main_finetune.py). */
final class ClassifyTask implements Task<LabelledBatch> {
    private final ClassifyRecipe recipe;
    private final LabelledData data;
    private final Classifier model;
    private final Loader<LabelledBatch> batches;
    private final Optimizer optimizer;
    private final Optional<Mixup> mixup;

    ClassifyTask(ClassifyRecipe recipe) throws IOException {
        this.recipe = recipe;
        data = new LabelledData(recipe, recipe.augment().evalCrop());
        batches = data.batches(data.views().classify(recipe.augment()));
        model = RecipeModel.classifier(recipe, data.classNames().size());
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
        mixup = mixup(recipe.augment());
    }

    private static Optional<Mixup> mixup(ClassifyAugment block) {
        return block.mixup() + block.cutmix() > 0
                ? Optional.of(new Mixup(block.mixup(), block.cutmix()))
                : Optional.empty();
    }

    /** Heads start almost at zero, whatever the file of the initial weights had. */
    @Override
    public void afterInitialWeights() {
        Tensor weight = model.parametersByName().get("head.weight");
        double std = recipe.head().initStd();
        if (std > 0) {
            Init.truncNormal(weight, std);
        } else {
            Init.zeros(weight);
        }
        Init.zeros(model.parametersByName().get("head.bias"));
    }

    @Override
    public String name() {
        return "classify";
    }

    @Override
    public Classifier model() {
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

    @Override
    public Losses losses(LabelledBatch batch, Rng rng) {
        double smoothing = recipe.augment().smoothing();
        if (mixup.isEmpty()) {
            Tensor logits = model.forward(batch.images());
            return Losses.of(ClassificationLoss.smoothed(logits, batch.labels(), smoothing));
        }
        Tensor targets =
                ClassificationLoss.oneHot(batch.labels(), data.classNames().size(), smoothing);
        Mixup.Draw draw = mixup.get()
                .draw((int) batch.images().size(2), (int) batch.images().size(3), rng);
        Mixup.Mixed mixed = Mixup.mix(batch.images(), targets, draw);
        return Losses.of(ClassificationLoss.softTarget(model.forward(mixed.images()), mixed.targets()));
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
