package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.dense.detect.Detector;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.report.DetectionSheet;
import dev.fovea.report.Pictures;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Detection and instance segmentation, trained on views of images and measured on whole ones. */
final class DetectTask implements Task<ObjectBatch> {
    private final DetectRecipe recipe;
    private final RecipeData data;
    private final List<String> classNames;
    private final Detector model;
    private final ObjectFinder finder;
    private final WholeImages val;
    private final ObjectTraining training;
    private final Optimizer optimizer;

    DetectTask(DetectRecipe recipe) {
        this.recipe = recipe;
        data = new RecipeData(recipe.data());
        RecipeViews views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        classNames = data.objectClasses();
        model = RecipeModel.detector(recipe, classNames.size());
        finder = new ObjectFinder(model, recipe.inference(), recipe.padding());
        boolean masks = model.findsMasks();
        val = new WholeImages(
                data.annotated(Split.VAL, masks), views.detectEval(recipe.inference()), finder.padding(), recipe);
        training = ObjectTraining.of(
                model,
                new Padded(recipe.padding()),
                data.annotated(Split.TRAIN, masks),
                views.detect(recipe.augment(), masks),
                RecipeLoader.training(recipe),
                recipe.grouped());
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
    }

    @Override
    public String name() {
        return "detect";
    }

    @Override
    public Detector model() {
        return model;
    }

    /** Looked at here, since a model is also measured and used on images without semantic maps. */
    private static void requireSemanticMaps(DetectRecipe recipe) {
        if (recipe.detector().learnsFromSemanticMaps()
                && !recipe.data().source().hasSemanticMaps()) {
            throw new IllegalArgumentException("detector.semantic learns from a class map of every training image, and"
                    + " data.source names none: give their folder as data.source.train.semantic, or leave the branch out"
                    + " with detector.semantic=null");
        }
    }

    @Override
    public Loader<ObjectBatch> batches() {
        requireSemanticMaps(recipe);
        return training.batches();
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Losses losses(ObjectBatch batch, Rng rng) {
        return training.losses(batch);
    }

    @Override
    public Map<String, Double> evaluate() {
        return measured().values(false);
    }

    @Override
    public Map<String, Double> evaluateInFull() {
        return measured().values(true);
    }

    private DetectionScores measured() {
        DetectionScores scores = new DetectionScores(
                classNames, model.findsMasks(), recipe.inference().limits());
        val.each((scales, entry, truths) -> scores.add(entry, truths, finder.find(scales, size(entry))));
        return scores;
    }

    private static Size size(ImageEntry entry) {
        return new Size(entry.height(), entry.width());
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal((model.findsMasks() ? DetectionScores.MASKS : DetectionScores.BOXES) + "AP", true));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        DetectionSheet sheet = new DetectionSheet(classNames);
        val.some((name, image, scales, sample) ->
                sheet.add(name, image, sample.truths(), finder.find(scales, size(sample.entry()))));
        return List.of(pictures.write("detection", step, sheet.draw(), "images after step " + step));
    }

    @Override
    public BadAnnotations leftOut(Split split) {
        return data.leftOut(split);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
